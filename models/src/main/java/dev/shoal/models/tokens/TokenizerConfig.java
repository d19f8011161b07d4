package dev.shoal.models.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.models.config.ModelJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What {@code tokenizer_config.json} says about begin and end, as text. */
record TokenizerConfig(Optional<String> bos, Optional<String> eos) {

  /** Reads the file of a model folder, if there is one. */
  static Optional<TokenizerConfig> read(Path folder) {
    Path file = folder.resolve("tokenizer_config.json");
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    return Optional.of(of(ModelJson.read(file)));
  }

  static TokenizerConfig of(JsonNode root) {
    return new TokenizerConfig(token(root, "bos_token"), token(root, "eos_token"));
  }

  /** Both spellings: the text, or an object that holds it as {@code content}. */
  private static Optional<String> token(JsonNode root, String field) {
    JsonNode node = root.path(field);
    JsonNode text = node.isObject() ? node.path("content") : node;
    return text.isTextual() ? Optional.of(text.textValue()) : Optional.empty();
  }
}
