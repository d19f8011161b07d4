package dev.shoal.models.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Words about a row for messages. */
final class RowFields {

  private RowFields() {}

  /** The names a row has, as {@code 'context', 'target'}. */
  static String names(ObjectNode fields) {
    List<String> names = new ArrayList<>();
    fields.fieldNames().forEachRemaining(names::add);
    return names.isEmpty() ? "none at all" : names(names);
  }

  static String names(Collection<String> names) {
    return new TreeSet<>(names)
        .stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
  }

  static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> "a string";
      case OBJECT -> "an object";
      case ARRAY -> "a list";
      case BOOLEAN -> "true or false";
      case NULL, MISSING -> "null";
      default -> node.asText();
    };
  }
}
