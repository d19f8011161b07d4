package dev.shoal.worker.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.models.checkpoint.CanonicalJson;
import dev.shoal.models.checkpoint.Sha256;
import java.math.BigDecimal;

/**
 * Names a request within its workflow's id. Order of fields, white space and the spelling of
 * numbers make no difference: 1000, 1e3 and 1000.0 are one number.
 */
final class RequestDigest {

  private static final int SHOWN = 8;

  /** No number of a request has more; those that do are refused, however they are spelled. */
  private static final int MOST_DIGITS = 1_000;

  private RequestDigest() {}

  /** The first eight digits of SHA-256. */
  static String of(ObjectNode request) {
    return Sha256.of(CanonicalJson.bytes(normal(request))).substring(0, SHOWN);
  }

  private static JsonNode normal(JsonNode value) {
    if (value.isObject()) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      value.fields().forEachRemaining(f -> object.set(f.getKey(), normal(f.getValue())));
      return object;
    }
    if (value.isArray()) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      value.forEach(element -> array.add(normal(element)));
      return array;
    }
    return value.isFloatingPointNumber() ? number(value) : value;
  }

  /** Whole ones as integers are spelled. */
  private static JsonNode number(JsonNode value) {
    BigDecimal number = value.decimalValue();
    if (Math.abs((long) number.scale()) > MOST_DIGITS) {
      return value;
    }
    BigDecimal shortest = number.stripTrailingZeros();
    return DecimalNode.valueOf(shortest.scale() < 0 ? shortest.setScale(0) : shortest);
  }
}
