package dev.shoal.models.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.models.config.ModelJson;
import dev.shoal.models.config.ModelUnsupportedException;
import java.nio.file.Path;
import java.util.List;

/** Whether the ids of a {@code tokenizer.json} have rows in the embedding. */
public final class TokenizerVocabulary {

  private final int rows;

  private TokenizerVocabulary(int rows) {
    this.rows = rows;
  }

  /**
   * Checks every id.
   *
   * @param rows of the embedding, {@code vocab_size}
   * @throws ModelUnsupportedException naming the first id without a row, and its token
   */
  public static void require(Path folder, int rows) {
    Path file = folder.resolve("tokenizer.json");
    require(file, ModelJson.read(file), rows);
  }

  static void require(Path file, JsonNode json, int rows) {
    TokenizerVocabulary vocabulary = new TokenizerVocabulary(rows);
    JsonNode vocab = json.path("model").path("vocab");
    if (vocab.isArray() && !vocab.isEmpty()) {
      int last = vocab.size() - 1;
      vocabulary.check(file, vocab.get(last).path(0).asText(), last);
    }
    vocab.properties().forEach(t -> vocabulary.check(file, t.getKey(), t.getValue()));
    for (JsonNode added : json.path("added_tokens")) {
      vocabulary.check(file, added.path("content").asText(), added.path("id"));
    }
  }

  private void check(Path file, String token, JsonNode id) {
    if (!id.isInt() || id.intValue() < 0) {
      String problem =
          "token '%s' has id %s, expected a whole number from 0 on".formatted(token, id);
      throw new ModelUnsupportedException(file.toString(), List.of(problem));
    }
    check(file, token, id.intValue());
  }

  private void check(Path file, String token, int id) {
    if (id >= rows) {
      throw new ModelUnsupportedException(
          file.toString(),
          List.of(
              "token '%s' has id %d, but vocab_size in config.json is %d: the tokenizer is another model's"
                  .formatted(token, id, rows)));
    }
  }
}
