package dev.shoal.models.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Typed access to the fields of one {@code config.json}; what does not fit is collected. */
final class ConfigFields {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Stands for a number that was reported already. */
  static final int UNKNOWN = -1;

  private final JsonNode root;
  private final ConfigProblems problems;

  private ConfigFields(JsonNode root, ConfigProblems problems) {
    this.root = root;
    this.problems = problems;
  }

  static ConfigFields of(Path file, ConfigProblems problems) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new ModelUnsupportedException(file.toString(), List.of("the file is missing"));
      }
      JsonNode root = JSON.readTree(Files.readAllBytes(file));
      if (!root.isObject()) {
        throw new ModelUnsupportedException(file.toString(), List.of("it is not a JSON object"));
      }
      return new ConfigFields(root, problems);
    } catch (JsonProcessingException malformed) {
      throw new ModelUnsupportedException(
          file.toString(), List.of("it is not JSON (" + malformed.getOriginalMessage() + ")"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
