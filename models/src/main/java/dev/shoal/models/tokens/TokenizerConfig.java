package dev.shoal.models.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.models.config.ModelUnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What {@code tokenizer_config.json} says about begin and end, as text. */
record TokenizerConfig(Optional<String> bos, Optional<String> eos) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads the file of a model folder, if there is one. */
  static Optional<TokenizerConfig> read(Path folder) {
    Path file = folder.resolve("tokenizer_config.json");
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      JsonNode root = JSON.readTree(file.toFile());
      return Optional.of(new TokenizerConfig(token(root, "bos_token"), token(root, "eos_token")));
    } catch (IOException e) {
      throw new ModelUnsupportedException(
          file.toString(), List.of("the file is not JSON (" + e.getMessage() + ")"));
    }
  }

  /** Both spellings: the text, or an object that holds it as {@code content}. */
  private static Optional<String> token(JsonNode root, String field) {
    JsonNode node = root.path(field);
    JsonNode text = node.isObject() ? node.path("content") : node;
    return text.isTextual() ? Optional.of(text.textValue()) : Optional.empty();
  }
}
