package dev.shoal.worker.commands;

import dev.shoal.migrations.Database;
import dev.shoal.migrations.RunRow;
import dev.shoal.worker.runs.RunFinder;
import dev.shoal.worker.runs.RunStarter;
import dev.shoal.worker.wiring.TemporalConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Parameters;

/** The run that a command is about. */
final class RunArgument {

  /** Temporal lists a workflow a moment after its start. */
  private static final int LOOKS = 8;

  private static final Duration PERIOD = Duration.ofMillis(250);

  @Parameters(
      index = "0",
      paramLabel = "RUN",
      description =
          "The beginning of its id, its name (the newest so called), a"
              + " comparison's name, a slash and its name, or its workflow id.")
  private String text;

  /** Its row. */
  RunRow row(Connection connection) {
    try (Database database = connection.database()) {
      return RunFinder.find(database, text);
    }
  }

  /** Its workflow. One that was started just now is known to Temporal before it has a row. */
  String workflowId(Connection connection, TemporalConnection temporal)
      throws InterruptedException {
    boolean id = text.indexOf('/') < text.lastIndexOf('/'); // one slash: COMPARISON/NAME
    if (id) {
      return text;
    }
    RunStarter starter = new RunStarter(temporal);
    try (Database database = connection.database()) {
      for (int i = 0; i < LOOKS; i++) {
        List<RunRow> rows = database.runs().find(text);
        Optional<RunRow> best = rows.stream().findFirst();
        if (best.filter(row -> row.endedAt().isEmpty() || !row.name().equals(text)).isPresent()) {
          break;
        }
        Optional<String> young = starter.open(text);
        if (young.isPresent() || best.isPresent()) {
          return young.orElseGet(() -> best.get().workflowId());
        }
        Thread.sleep(PERIOD.toMillis());
      }
      return RunFinder.find(database, text).workflowId();
    }
  }
}
