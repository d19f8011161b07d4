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
      if (merge.isArray()) {
        merges.add(new Merge(merge.path(0).asText(), merge.path(1).asText()));
      } else {
        String line = merge.asText();
        int space = line.indexOf(' ', 1);
        merges.add(new Merge(line.substring(0, space), line.substring(space + 1)));
      }
    }
    return merges;
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
