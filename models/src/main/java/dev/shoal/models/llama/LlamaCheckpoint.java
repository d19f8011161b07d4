package dev.shoal.models.llama;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.models.checkpoint.AtomicFile;
import dev.shoal.models.checkpoint.CheckpointWriter;
import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.checkpoint.TensorSpec;
import dev.shoal.models.config.LlamaConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A dense model as a folder that {@code transformers} and {@link DenseModel#load} open. */
public final class LlamaCheckpoint {

  private static final long SHARD_BYTES = 5_000_000_000L;

  private LlamaCheckpoint() {}

  /** Writes weights and {@code config.json}; the tokenizer is the caller's. */
  public static void write(DenseModel model, Path folder, TensorDtype dtype) {
    List<TensorSpec> specs =
        names(model.config()).stream()
            .map(name -> new TensorSpec(name, dtype, shape(model, name)))
            .toList();
    try (CheckpointWriter writer = new CheckpointWriter(folder, specs, SHARD_BYTES)) {
      for (TensorSpec spec : specs) {
        writer.write(spec.name(), model.kernels().download(model.array(spec.name())));
      }
    }
    AtomicFile.write(folder.resolve("config.json"), config(model.config(), dtype));
  }

  private static List<String> names(LlamaConfig config) {
    List<String> names = new ArrayList<>();
    names.add(DenseTensor.EMBEDDING);
    for (int layer = 0; layer < config.numLayers(); layer++) {
      for (DenseTensor tensor : DenseTensor.values()) {
        names.add(tensor.tensorName(layer));
      }
    }
    names.add(DenseTensor.FINAL_NORM);
    if (!config.tiedEmbeddings()) {
      names.add(DenseTensor.HEAD);
    }
    return names;
  }

  private static byte[] config(LlamaConfig config, TensorDtype dtype) {
    ObjectNode json = config.toJson();
    json.put("torch_dtype", torchName(dtype));
    try {
      String text = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json);
      return (text + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The dtype's name in a {@code config.json}. */
  public static String torchName(TensorDtype dtype) {
    return switch (dtype) {
      case F32 -> "float32";
      case F16 -> "float16";
      case BF16 -> "bfloat16";
      default ->
          throw new IllegalArgumentException(
              "a checkpoint cannot be written as %s; use F32, F16 or BF16".formatted(dtype));
    };
  }

  private static List<Long> shape(DenseModel model, String name) {
    return Arrays.stream(model.array(name).getShape().getShape()).boxed().toList();
  }
}
