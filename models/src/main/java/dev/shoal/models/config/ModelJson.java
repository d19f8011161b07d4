package dev.shoal.models.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A JSON file of a model folder, as a tree. Jackson refuses what nests deeper than 1,000 levels,
 * names beyond 50,000 and numbers beyond 1,000 characters.
 */
public final class ModelJson {

  /** The largest published {@code tokenizer.json} files have 40 MB. */
  static final long LARGEST_BYTES = 512L << 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  private ModelJson() {}

  /**
   * Reads the object in a file.
   *
   * @throws ModelUnsupportedException where the file is missing, too large or no JSON object
   */
  public static JsonNode read(Path file) {
    return parse(file, bytes(file));
  }

  /** The bytes of a file, if it is there and not too large. */
  static byte[] bytes(Path file) {
    if (!Files.isRegularFile(file)) {
      throw refusal(file, "the file is missing");
    }
    try {
      long size = Files.size(file);
      if (size > LARGEST_BYTES) {
        throw refusal(file, "it has %d bytes, expected at most %d".formatted(size, LARGEST_BYTES));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The object that the bytes spell. */
  public static JsonNode parse(Path file, byte[] json) {
    try {
      JsonNode root = JSON.readTree(json);
      if (!root.isObject()) {
        throw refusal(file, "it is not a JSON object");
      }
      return root;
    } catch (JsonProcessingException malformed) {
      throw refusal(file, "it is not JSON (" + malformed.getOriginalMessage() + ")");
    } catch (IOException malformed) { // bytes that are no text: nothing else is read here
      throw refusal(file, "it is not JSON (" + malformed.getMessage() + ")");
    }
  }

  private static ModelUnsupportedException refusal(Path file, String problem) {
    return new ModelUnsupportedException(file.toString(), List.of(problem));
  }
}
