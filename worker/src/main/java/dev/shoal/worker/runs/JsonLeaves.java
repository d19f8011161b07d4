package dev.shoal.worker.runs;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** A JSON document as lines: a path such as {@code training.lora.r} or {@code list[2]}, a value. */
public final class JsonLeaves {

  private JsonLeaves() {}

  /** Of a whole document, in its order; empty lists and objects are leaves, too. */
  public static Map<String, String> of(JsonNode document) {
    Map<String, String> leaves = new LinkedHashMap<>();
    document.properties().forEach(field -> collect(field.getKey(), field.getValue(), leaves));
    return leaves;
  }

  /** Adds those at and below a path. */
  public static void collect(String path, JsonNode node, Map<String, String> leaves) {
    if (!node.isContainerNode() || node.isEmpty()) {
      leaves.put(path, node.isTextual() ? node.textValue() : node.toString());
      return;
    }
    node.properties().forEach(f -> collect(path + "." + f.getKey(), f.getValue(), leaves));
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      collect(path + "[" + i + "]", node.get(i), leaves);
    }
  }
}
