package dev.shoal.activities;

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

  private static final JsonFile<TaskScores> FILE =
      new JsonFile<>("task-scores.json", TaskScores.class);

  /** Whether the folder of a scores artifact holds a task's. */
  public static boolean isIn(Path folder) {
    return FILE.isIn(folder);
  }

  /** The scores in an artifact's folder. */
  public static TaskScores read(Path folder) {
    return FILE.read(folder);
  }

  void write(Path folder) {
    FILE.write(folder, this);
  }
}
