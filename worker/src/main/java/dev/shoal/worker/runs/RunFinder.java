package dev.shoal.worker.runs;

import dev.shoal.migrations.Database;
import dev.shoal.migrations.RunRow;
import dev.shoal.worker.wiring.UserError;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Finds the run that a person means: the beginning of its id, a workflow id, a name, or
 * COMPARISON/NAME.
 */
public final class RunFinder {

  private RunFinder() {}

  /**
   * The run; of several with the same name or workflow the newest.
   *
   * @throws UserError if there is none, or if the beginning of an id fits several
   */
  public static RunRow find(Database database, String text) {
    List<RunRow> rows = database.runs().find(text);
    if (rows.isEmpty()) {
      database
          .tags()
          .find(text)
          .ifPresent(
              artifact -> {
                throw UserError.wrongUse(
                    "%1$s is no run, but a tag of %2$s; `shoal lineage %1$s` says which run made it."
                        .formatted(text, TagFinder.words(artifact)));
              });
    }
    return choose(text, rows);
  }

  /** Chooses among the rows, of which the best match comes first. */
  static RunRow choose(String text, List<RunRow> rows) {
    if (rows.isEmpty()) {
      throw UserError.wrongUse("There is no run %s; `shoal runs` lists them.".formatted(text));
    }
    RunRow best = rows.get(0);
    boolean named =
        text.contains("/") || best.workflowId().equals(text) || best.name().equals(text);
    if (rows.size() > 1 && !named && !best.runId().toString().equalsIgnoreCase(text)) {
      throw UserError.wrongUse(
          "%s is ambiguous: %s; give more of the id."
              .formatted(
                  text,
                  rows.stream()
                      .map(row -> row.runId() + " (" + row.name() + ")")
                      .collect(Collectors.joining(", "))));
    }
    return best;
  }

  /** Enough of an id to be typed. */
  public static String shortId(RunRow run) {
    return run.runId().toString().substring(0, 8);
  }
}
