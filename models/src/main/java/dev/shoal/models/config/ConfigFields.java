package dev.shoal.models.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;

/** Typed access to the fields of one {@code config.json}; what does not fit is collected. */
final class ConfigFields {

  /** Stands for a number that was reported already. */
  static final int UNKNOWN = -1;

  private final JsonNode root;
  private final ConfigProblems problems;

  private ConfigFields(JsonNode root, ConfigProblems problems) {
    this.root = root;
    this.problems = problems;
  }

  static ConfigFields of(Path file, byte[] json, ConfigProblems problems) {
    return new ConfigFields(ModelJson.parse(file, json), problems);
  }

  /** The field, or null where it is absent or JSON's null. */
  JsonNode get(String field) {
    JsonNode node = root.get(field);
    return node == null || node.isNull() ? null : node;
  }

  boolean has(String field) {
    return root.has(field);
  }

  int integer(String field) {
    if (get(field) == null) {
      problems.add(field, field + " is missing");
      return UNKNOWN;
    }
    return integer(field, UNKNOWN);
  }

  int integer(String field, int absent) {
    JsonNode node = get(field);
    if (node == null) {
      return absent;
    }
    if (node.isIntegralNumber() && node.canConvertToInt()) {
      return node.intValue();
    }
    problems.add(field, field + " is " + node + ", expected a whole number");
    return UNKNOWN;
  }

  double number(String field, double absent) {
    return number(field, get(field), absent);
  }

  double number(String field, JsonNode node, double absent) {
    if (node == null || node.isNull() || node.isMissingNode()) {
      return absent;
    }
    if (node.isNumber()) {
      return node.doubleValue();
    }
    problems.add(field, field + " is " + node + ", expected a number");
    return Double.NaN;
  }

  boolean flag(String field, boolean absent) {
    JsonNode node = get(field);
    if (node == null) {
      return absent;
    }
    problems.require(node.isBoolean(), field, node, "true or false");
    return node.asBoolean();
  }

  /** Refuses any value but the one that is implemented; an absent field passes. */
  void only(String field, String supported) {
    JsonNode node = get(field);
    boolean holds = node == null || node.asText().equals(supported);
    problems.require(holds, field, node, "\"" + supported + "\"");
  }
}
