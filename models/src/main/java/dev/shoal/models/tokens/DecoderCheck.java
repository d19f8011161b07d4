package dev.shoal.models.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.models.config.ModelUnsupportedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * What the decoder in a {@code tokenizer.json} has to be for the native library to read it: at JSON
 * that it cannot read there, and nowhere else, it ends the process instead of saying so.
 */
final class DecoderCheck {

  /** The library's own limit is 128, from the file's root on. */
  private static final int DEEPEST = 100;

  private final Path file;

  private DecoderCheck(Path file) {
    this.file = file;
  }

  /**
   * Looks at every value.
   *
   * @throws ModelUnsupportedException where the library would end the process
   */
  static void require(Path file, JsonNode decoder) {
    new DecoderCheck(file).value(decoder, 0);
  }

  private void value(JsonNode value, int depth) {
    if (depth > DEEPEST) {
      throw refusal("more than " + DEEPEST + " levels");
    }
    if (value.isNumber() && !Double.isFinite(value.doubleValue())) {
      throw refusal("a number that no double holds");
    }
    if (value.isTextual()) {
      text(value.textValue());
    }
    value.fieldNames().forEachRemaining(this::text);
    value.forEach(element -> value(element, depth + 1));
  }

  private void text(String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw refusal("half a surrogate pair");
    }
  }

  private ModelUnsupportedException refusal(String found) {
    return new ModelUnsupportedException(
        file.toString(), List.of("the decoder has " + found + ", which no tokenizer needs"));
  }
}
