package dev.shoal.worker.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.shoal.worker.wiring.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Replaces {@code ${NAME}} in the text values of a request. */
final class VariableExpansion {

  private static final Pattern REFERENCE = Pattern.compile("\\$\\{(\\w+)}");

  private final String file;
  private final Map<String, String> variables;
  private final List<String> unset = new ArrayList<>();

  VariableExpansion(String file, Map<String, String> variables) {
    this.file = file;
    this.variables = variables;
  }

  /** Expands in place; variables that are not set are named together, each with its field. */
  void expand(ObjectNode request) {
    expand(request, "");
    if (!unset.isEmpty()) {
      throw UserError.wrongUse(
          "%s uses variables that are not set: %s; export them, or write the values into the file."
              .formatted(file, String.join(", ", unset)));
    }
  }

  private JsonNode expand(JsonNode node, String field) {
    if (node instanceof ObjectNode object) {
      object.properties().forEach(e -> e.setValue(expand(e.getValue(), join(field, e.getKey()))));
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, expand(array.get(i), field + "[" + i + "]"));
      }
    } else if (node.isTextual() && node.textValue().contains("${")) {
      return TextNode.valueOf(expand(node.textValue(), field));
    }
    return node;
  }

  private String expand(String text, String field) {
    return REFERENCE
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(value(found.group(1), field)));
  }

  private String value(String name, String field) {
    String value = variables.get(name);
    if (value == null) {
      unset.add("%s (in %s)".formatted(name, field));
      return "";
    }
    return value;
  }

  private static String join(String field, String name) {
    return field.isEmpty() ? name : field + "." + name;
  }
}
