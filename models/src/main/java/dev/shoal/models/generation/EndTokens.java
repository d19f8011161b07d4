package dev.shoal.models.generation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.models.config.ModelJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The ids that end a text, as a model folder says. */
public final class EndTokens {

  private EndTokens() {}

  /**
   * {@code eos_token_id}, one or a list, of {@code generation_config.json}; of {@code config.json}
   * where the former is missing or silent, as {@code transformers} does it.
   */
  public static List<Integer> of(Path folder) {
    List<Integer> own = ids(folder.resolve("generation_config.json"));
    return own.isEmpty() ? ids(folder.resolve("config.json")) : own;
  }

  private static List<Integer> ids(Path file) {
    if (!Files.isRegularFile(file)) {
      return List.of();
    }
    JsonNode given = ModelJson.read(file).path("eos_token_id");
    List<Integer> ids = new ArrayList<>();
    for (JsonNode id : given.isArray() ? given : List.of(given)) {
      if (id.isInt()) {
        ids.add(id.intValue());
      } else if (!id.isNull() && !id.isMissingNode()) {
        throw new IllegalArgumentException(
            "%s: eos_token_id is %s; it must be an id or a list of ids".formatted(file, given));
      }
    }
    return List.copyOf(ids);
  }
}
