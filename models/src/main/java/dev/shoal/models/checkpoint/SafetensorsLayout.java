package dev.shoal.models.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the tensors of a safetensors file go. Wide types come first, then names in order, as in the
 * reference implementation: every tensor is aligned, and equal contents give equal files.
 *
 * @param header the JSON, padded with spaces to a multiple of 8 bytes in UTF-8
 * @param entries name to place, in the order of their bytes
 * @param size bytes of the file
 */
record SafetensorsLayout(String header, Map<String, SafetensorsHeader.Entry> entries, long size) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static SafetensorsLayout of(List<TensorSpec> specs, Map<String, String> metadata) {
    List<TensorSpec> sorted = new ArrayList<>(specs);
    sorted.sort(
        Comparator.comparing((TensorSpec spec) -> -spec.dtype().bytes())
            .thenComparing(TensorSpec::name));
    String header = padded(json(sorted, metadata));
    Map<String, SafetensorsHeader.Entry> entries = new LinkedHashMap<>();
    long at = 8L + header.getBytes(UTF_8).length;
    for (TensorSpec spec : sorted) {
      if (entries.put(spec.name(), new SafetensorsHeader.Entry(spec, at)) != null) {
        throw new IllegalArgumentException("tensor '" + spec.name() + "' is there twice");
      }
      at += spec.bytes();
    }
    return new SafetensorsLayout(header, entries, at);
  }

  private static String json(List<TensorSpec> sorted, Map<String, String> metadata) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    if (!metadata.isEmpty()) {
      ObjectNode text = root.putObject("__metadata__");
      new TreeMap<>(metadata).forEach(text::put);
    }
    long at = 0;
    for (TensorSpec spec : sorted) {
      ObjectNode node = root.putObject(spec.name()).put("dtype", spec.dtype().name());
      spec.shape().forEach(node.putArray("shape")::add);
      node.putArray("data_offsets").add(at).add(at + spec.bytes());
      at += spec.bytes();
    }
    try {
      return JSON.writeValueAsString(root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String padded(String json) {
    int bytes = json.getBytes(UTF_8).length;
    return json + " ".repeat((8 - bytes % 8) % 8);
  }

  /** Length and JSON, as they begin the file. */
  ByteBuffer headerBytes() {
    byte[] json = header.getBytes(UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length).order(ByteOrder.LITTLE_ENDIAN);
    return bytes.putLong(json.length).put(json).flip();
  }
}
