package dev.shoal.models.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.models.Refusal;
import dev.shoal.models.config.ModelJson;
import dev.shoal.models.config.ModelUnsupportedException;
import dev.shoal.models.config.SpecialTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A tokenizer.json, whatever its bytes are,")
class TokenizerFuzz {

  private static final Path FILE = Path.of("tokenizer.json");
  private static final int ROWS = 16;

  @TempDir static Path folder;

  @FuzzTest
  @DisplayName("has ids with rows in the embedding, or is refused by name")
  void vocabulary(byte[] bytes) {
    try {
      JsonNode json = ModelJson.parse(FILE, bytes);
      TokenizerVocabulary.require(FILE, json, ROWS);
      json.path("model").path("vocab").properties().forEach(token -> check(token.getValue()));
      json.path("added_tokens").forEach(token -> check(token.path("id")));
    } catch (ModelUnsupportedException refusal) {
      Refusal.check(refusal, "tokenizer.json: ");
    }
  }

  private static void check(JsonNode id) {
    assertThat(id.isInt() && id.intValue() >= 0 && id.intValue() < ROWS).isTrue();
  }

  @FuzzTest
  @DisplayName("and its settings, make a tokenizer that encodes, or are refused by name")
  void encoding(byte[] bytes) throws IOException {
    Files.write(folder.resolve("tokenizer.json"), bytes);
    try (ModelTokenizer tokenizer = ModelTokenizer.open(folder, SpecialTokens.NONE)) {
      for (int id : tokenizer.encodePiece("The cat sat. ab \u2581 7")) {
        assertThat(id).isNotNegative();
      }
    } catch (ModelUnsupportedException refusal) {
      Refusal.check(refusal, "tokenizer.json: ");
    }
  }

  @FuzzTest
  @DisplayName("has settings that name begin and end, or are refused by name")
  void settings(byte[] bytes) {
    try {
      TokenizerConfig.of(ModelJson.parse(FILE, bytes));
    } catch (ModelUnsupportedException refusal) {
      Refusal.check(refusal, "tokenizer.json: ");
    }
  }
}
