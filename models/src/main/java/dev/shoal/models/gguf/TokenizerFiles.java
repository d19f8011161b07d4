package dev.shoal.models.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.shoal.models.config.ModelJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a model folder says about its tokenizer.
 *
 * @param tokenizer {@code tokenizer.json}
 * @param settings {@code tokenizer_config.json}, or empty
 * @param config {@code config.json}, or empty
 * @param chatTemplate the conversation template, or null
 */
record TokenizerFiles(JsonNode tokenizer, JsonNode settings, JsonNode config, String chatTemplate) {

  private static final String FILE = "tokenizer.json";

  static TokenizerFiles read(Path folder) {
    if (!Files.isRegularFile(folder.resolve(FILE))) {
      throw refusal("the file is missing; a GGUF file needs the tokenizer, put it into the folder");
    }
    JsonNode settings = json(folder.resolve("tokenizer_config.json"));
    return new TokenizerFiles(
        json(folder.resolve(FILE)),
        settings,
        json(folder.resolve("config.json")),
        template(folder.resolve("chat_template.jinja"), settings.path("chat_template")));
  }

  /** What stands in a GGUF file for a tokenizer's place, in words. */
  static GgufUnsupportedException refusal(String problem) {
    return new GgufUnsupportedException(FILE, problem);
  }

  /** The model of the tokenizer: vocabulary and merges. */
  JsonNode model() {
    return tokenizer.path("model");
  }

  private static JsonNode json(Path file) {
    return Files.isRegularFile(file) ? ModelJson.read(file) : JsonNodeFactory.instance.objectNode();
  }

  /** The field wins over the file; of several templates the one called default is meant. */
  private static String template(Path file, JsonNode field) {
    if (field.isTextual()) {
      return field.textValue();
    }
    for (JsonNode named : field) {
      if (named.path("name").asText().equals("default")) {
        return named.path("template").textValue();
      }
    }
    try {
      return Files.isRegularFile(file) ? Files.readString(file, StandardCharsets.UTF_8) : null;
    } catch (CharacterCodingException e) {
      throw new GgufUnsupportedException(
          file.getFileName().toString(), "it is not UTF-8; save it so, or take it away");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
