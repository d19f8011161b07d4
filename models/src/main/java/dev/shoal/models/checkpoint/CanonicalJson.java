package dev.shoal.models.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.TreeMap;

/**
 * One spelling for one JSON value, so that digests can be compared: UTF-8, keys sorted by code
 * unit, no insignificant white space. Numbers keep their kind: 1 and 1.0 are spelled differently;
 * whoever makes a key from what people wrote binds it to types before.
 */
public final class CanonicalJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private CanonicalJson() {}

  /**
   * The canonical bytes of a value.
   *
   * @throws IllegalArgumentException for NaN and infinities, which JSON cannot say
   */
  public static byte[] bytes(JsonNode value) {
    try {
      return JSON.writeValueAsBytes(sorted(value));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static JsonNode sorted(JsonNode value) {
    if (value.isArray()) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      value.forEach(element -> array.add(sorted(element)));
      return array;
    }
    if (value.isObject()) {
      TreeMap<String, JsonNode> fields = new TreeMap<>();
      value
          .fields()
          .forEachRemaining(field -> fields.put(field.getKey(), sorted(field.getValue())));
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      fields.forEach(object::set);
      return object;
    }
    if ((value.isDouble() || value.isFloat()) && !Double.isFinite(value.doubleValue())) {
      throw new IllegalArgumentException("JSON cannot say " + value);
    }
    return value;
  }
}
