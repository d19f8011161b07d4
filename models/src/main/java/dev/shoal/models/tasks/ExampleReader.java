package dev.shoal.models.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Turns the rows of one file into examples of one type; every fault names file, row and field. */
final class ExampleReader {

  private final Path file;
  private final OutputType type;

  ExampleReader(Path file, OutputType type) {
    this.file = file;
    this.type = type;
  }

  Example read(ObjectNode fields, long row) {
    for (String field : type.fields()) {
      if (!fields.has(field)) {
        throw new TaskException(
            "%s row %d has no field '%s', but %s; a %s row has %s"
                .formatted(
                    file,
                    row,
                    field,
                    RowFields.names(fields),
                    type.word(),
                    RowFields.names(type.fields())));
      }
    }
    String id = id(fields, row);
    return switch (type) {
      case MULTIPLE_CHOICE -> choice(id, row, fields);
      case LOGLIKELIHOOD, GENERATE_UNTIL ->
          new Example(
              id, row, fields, text(fields, row, "context"), List.of(target(fields, row)), 0);
      case LOGLIKELIHOOD_ROLLING ->
          new Example(id, row, fields, "", List.of(text(fields, row, "text")), 0);
    };
  }

  private String id(ObjectNode fields, long row) {
    if (!fields.hasNonNull("id")) {
      return Long.toString(row);
    }
    JsonNode id = fields.get("id");
    if (!id.isValueNode() || id.asText().isEmpty()) {
      throw fault(row, "id", RowFields.kind(id), "text or a number, or not there");
    }
    return id.asText();
  }

  private Example choice(String id, long row, ObjectNode fields) {
    String context = text(fields, row, "context");
    List<String> choices = choices(fields, row);
    JsonNode label = fields.get("label");
    if (!label.isIntegralNumber()) {
      throw fault(row, "label", RowFields.kind(label), "the index of the right choice, from 0");
    }
    if (!label.canConvertToInt() || label.intValue() < 0 || label.intValue() >= choices.size()) {
      throw fault(
          row,
          "label",
          label.asText(),
          "0 to %d, as there are %d choices".formatted(choices.size() - 1, choices.size()));
    }
    return new Example(id, row, fields, context, choices, label.intValue());
  }

  private List<String> choices(ObjectNode fields, long row) {
    JsonNode node = fields.get("choices");
    if (!node.isArray()) {
      throw fault(row, "choices", RowFields.kind(node), "a list of strings");
    }
    if (node.size() < 2) {
      throw fault(row, "choices", "a list of " + node.size(), "a list of at least 2 strings");
    }
    List<String> choices = new ArrayList<>();
    for (JsonNode choice : node) {
      String field = "choices[" + choices.size() + "]";
      if (!choice.isTextual()) {
        throw fault(row, field, RowFields.kind(choice), "a string");
      }
      choices.add(required(row, field, choice.textValue()));
    }
    return List.copyOf(choices);
  }

  private String target(ObjectNode fields, long row) {
    return required(row, "target", text(fields, row, "target"));
  }

  private String text(ObjectNode fields, long row, String field) {
    JsonNode node = fields.get(field);
    if (!node.isTextual()) {
      throw fault(row, field, RowFields.kind(node), "a string");
    }
    return node.textValue();
  }

  private String required(long row, String field, String text) {
    if (text.isEmpty()) {
      throw fault(row, field, "empty", "a string of at least one character");
    }
    return text;
  }

  private TaskException fault(long row, String field, String found, String right) {
    return new TaskException(
        "%s row %d: field '%s' is %s; it must be %s".formatted(file, row, field, found, right));
  }
}
