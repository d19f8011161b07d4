package dev.shoal.models.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Checks what a safetensors header says about one tensor.
 *
 * @param data where the data begins in the file
 * @param size bytes of the file
 */
record TensorEntryParser(Path file, String name, long data, long size) {

  SafetensorsHeader.Entry parse(JsonNode node) {
    if (!node.isObject()) {
      throw broken(node.toString(), "an object with dtype, shape and data_offsets");
    }
    TensorDtype dtype = dtype(node.path("dtype"));
    List<Long> shape = naturals(node.path("shape"), "shape");
    List<Long> offsets = naturals(node.path("data_offsets"), "data_offsets");
    if (offsets.size() != 2) {
      throw broken("with data_offsets " + offsets, "two numbers");
    }
    long begin = offsets.get(0);
    long end = offsets.get(1);
    if (begin > end) {
      throw broken("at data_offsets " + offsets, "the begin not after the end");
    }
    if (end > size - data) {
      throw broken(
          "at data_offsets " + offsets, "an end within the " + (size - data) + " bytes of data");
    }
    TensorSpec spec = spec(dtype, shape);
    if (spec.bytes() != end - begin) {
      throw broken(
          (end - begin) + " bytes long", spec.bytes() + " for " + dtype + " " + spec.shape());
    }
    return new SafetensorsHeader.Entry(spec, data + begin);
  }

  private TensorDtype dtype(JsonNode node) {
    String known = "one of " + Arrays.toString(TensorDtype.values());
    return TensorDtype.of(node.asText())
        .orElseThrow(
            () ->
                new CheckpointFormatException(
                    file,
                    name,
                    "of dtype " + (node.isMissingNode() ? "nothing" : node),
                    known,
                    "convert the checkpoint to bfloat16, float16 or float32"));
  }

  private List<Long> naturals(JsonNode node, String field) {
    List<Long> numbers = new ArrayList<>();
    if (node.isArray()) {
      node.forEach(
          element -> {
            if (element.isIntegralNumber() && element.canConvertToLong() && element.asLong() >= 0) {
              numbers.add(element.asLong());
            }
          });
    }
    if (!node.isArray() || numbers.size() != node.size()) {
      String found = node.isMissingNode() ? "without " + field : "with " + field + " " + node;
      throw broken(found, "a list of whole numbers from 0 on");
    }
    return numbers;
  }

  private TensorSpec spec(TensorDtype dtype, List<Long> shape) {
    try {
      return new TensorSpec(name, dtype, shape);
    } catch (ArithmeticException overflow) {
      throw broken("of shape " + shape, "a size that fits into 63 bits");
    }
  }

  private CheckpointFormatException broken(String found, String expected) {
    return new CheckpointFormatException(
        file, name, found, expected, "the file is damaged or was cut short; copy it again");
  }
}
