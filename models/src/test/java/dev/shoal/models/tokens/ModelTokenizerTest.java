package dev.shoal.models.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.models.Lab;
import dev.shoal.models.config.ModelUnsupportedException;
import dev.shoal.models.config.SpecialTokens;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A model's tokenizer")
class ModelTokenizerTest {

  private static final SpecialTokens BOTH = new SpecialTokens(1, 2, null);

  private static Path tiny() throws URISyntaxException {
    return Path.of(ModelTokenizerTest.class.getResource("tiny").toURI());
  }

  @Test
  @DisplayName("puts begin and end around a document once, and never cuts or pads")
  void wraps() throws URISyntaxException {
    try (ModelTokenizer tokenizer = ModelTokenizer.open(tiny(), BOTH)) {
      assertThat(tokenizer.encode("The cat sat. The dog sat."))
          .containsExactly(1, 3, 4, 5, 6, 3, 0, 5, 6, 2);
      assertThat(tokenizer.encode("")).containsExactly(1, 2);
      assertThat(tokenizer.encodePiece("the cat")).containsExactly(3, 4);
      assertThat(tokenizer.encodeAll(List.of("cat", "the cat sat")))
          .containsExactly(new int[] {1, 4, 2}, new int[] {1, 3, 4, 5, 2});
      assertThat(tokenizer.decode(new int[] {1, 3, 4, 2})).isEqualTo("the cat");
    }
  }

  @Test
  @DisplayName("adds nothing where the model has no such ids")
  void withoutIds() throws URISyntaxException {
    try (ModelTokenizer tokenizer = ModelTokenizer.open(tiny(), SpecialTokens.NONE)) {
      assertThat(tokenizer.encode("cat")).containsExactly(4);
    }
  }

  @Test
  @DisplayName("that is missing or broken says so")
  void broken(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> ModelTokenizer.open(folder, BOTH))
        .isInstanceOf(ModelUnsupportedException.class)
        .hasMessageContaining("tokenizer.json: the file is missing");
    Files.writeString(folder.resolve("tokenizer.json"), "{}");
    assertThatThrownBy(() -> ModelTokenizer.open(folder, BOTH))
        .isInstanceOf(ModelUnsupportedException.class)
        .hasMessageContaining("tokenizer.json: the tokenizer cannot be read (");
  }

  @Test
  @DisplayName("of a real model reads long text whole and gives it back")
  void lab() {
    String text = "Grüße, 世界! def f(x):\n    return x ** 2\n".repeat(500);
    try (ModelTokenizer tokenizer = ModelTokenizer.open(Lab.path("models/lab-3m"))) {
      int[] ids = tokenizer.encode(text);
      assertThat(ids).startsWith(1).endsWith(2).hasSizeGreaterThan(5000);
      assertThat(ids).containsOnlyOnce(1, 2);
      assertThat(tokenizer.decode(ids)).isEqualTo(text);
    }
  }
}
