package dev.shoal.activities;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * How a model did on a task; beside it lie every item's result and the harness's {@code
 * results.json}.
 *
 * @param subject dense, assembled, routed or trained
 * @param task its name
 * @param metrics in the harness's words, with {@code _stderr} behind a name for its standard error
 * @param items how many
 * @param truncatedItems of which the model could not read the beginning
 */
public record TaskScores(
    String subject, String task, Map<String, Double> metrics, int items, int truncatedItems) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILE = "task-scores.json";

  /** Whether the folder of a scores artifact holds a task's. */
  public static boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve(FILE));
  }

  /** The scores in an artifact's folder. */
  public static TaskScores read(Path folder) {
    try {
      return JSON.readValue(folder.resolve(FILE).toFile(), TaskScores.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(Path folder) {
    try {
      JSON.writerWithDefaultPrettyPrinter().writeValue(folder.resolve(FILE).toFile(), this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
