package dev.shoal.models.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Two neighbouring pieces of text that become one; earlier merges go first. */
record Merge(String left, String right) {

  /** The merges of a tokenizer's model, in either of the spellings that {@code tokenizers} has. */
  static List<Merge> all(JsonNode model) {
    List<Merge> merges = new ArrayList<>();
    for (JsonNode merge : model.path("merges")) {
      merges.add(of(merge));
    }
    return merges;
  }

  private static Merge of(JsonNode merge) {
    if (merge.path(0).isTextual() && merge.path(1).isTextual()) {
      return new Merge(merge.get(0).textValue(), merge.get(1).textValue());
    }
    String line = merge.isTextual() ? merge.textValue() : "";
    int space = line.indexOf(' ', 1);
    if (space < 0) {
      throw TokenizerFiles.refusal(
          "a merge is %s, expected two pieces of text; use the tokenizer that belongs to the model"
              .formatted(merge));
    }
    return new Merge(line.substring(0, space), line.substring(space + 1));
  }

  /** The piece that is made. */
  String whole() {
    return left + right;
  }

  /** How a GGUF file spells it. */
  String line() {
    return left + " " + right;
  }
}
