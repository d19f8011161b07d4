package dev.shoal.workflows.request;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * A named, frozen set of defaults: a JSON resource beside this class, never edited once released.
 * The newest is last in {@link #NAMES}.
 */
public final class Recipe {

  /** Every recipe, oldest first; the first is the paper's, as far as fields can say it. */
  public static final List<String> NAMES = List.of("dive-2025", "domains-2026.1", "tokens-2026.1");

  private Recipe() {}

  /** The recipe taken when the request names none. */
  public static String newest() {
    return NAMES.get(NAMES.size() - 1);
  }

  /** The defaults under a name of {@link #NAMES}; the caller owns the tree. */
  static ObjectNode defaults(String name) {
    try (InputStream json = Recipe.class.getResourceAsStream(name + ".json")) {
      return (ObjectNode) new ObjectMapper().readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
