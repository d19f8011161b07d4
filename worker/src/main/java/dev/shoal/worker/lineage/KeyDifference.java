package dev.shoal.worker.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.worker.runs.JsonLeaves;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A field in which the key documents of two computations differ.
 *
 * @param field its path, such as {@code settings.steps}, or {@code input dense}
 * @param here its value in the first document; null where it has none
 * @param there its value in the second; null where it has none
 */
public record KeyDifference(String field, String here, String there) {

  /** For programs. */
  ObjectNode json() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("field", field)
        .put("here", here)
        .put("there", there);
  }

  /** The differing fields, in the order of the first document, then of the second. */
  static List<KeyDifference> between(JsonNode here, JsonNode there) {
    Map<String, String> left = leaves(here);
    Map<String, String> right = leaves(there);
    Set<String> fields = new LinkedHashSet<>(left.keySet());
    fields.addAll(right.keySet());
    return fields.stream()
        .map(field -> new KeyDifference(field, left.get(field), right.get(field)))
        .filter(pair -> pair.here == null || !pair.here.equals(pair.there))
        .toList();
  }

  /** Path to value; inputs by their role, since they have no order of their own. */
  static Map<String, String> leaves(JsonNode document) {
    Map<String, String> leaves = new LinkedHashMap<>();
    document
        .fields()
        .forEachRemaining(
            field -> {
              if (field.getKey().equals("inputs")) {
                field.getValue().forEach(input -> input(input, leaves));
              } else {
                JsonLeaves.collect(field.getKey(), field.getValue(), leaves);
              }
            });
    return leaves;
  }

  private static void input(JsonNode input, Map<String, String> leaves) {
    String name = "input " + input.path("role").asText();
    String key = name;
    for (int i = 2; leaves.containsKey(key); i++) { // a role may have several
      key = name + " " + i;
    }
    leaves.put(key, input.path("sha256").asText());
  }
}
