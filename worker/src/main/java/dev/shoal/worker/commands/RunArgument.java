package dev.shoal.worker.commands;

import dev.shoal.migrations.Database;
import dev.shoal.migrations.RunRow;
import dev.shoal.worker.runs.RunFinder;
import picocli.CommandLine.Parameters;

/** The run that a command is about. */
final class RunArgument {

  @Parameters(
      index = "0",
      paramLabel = "RUN",
      description = "The beginning of its id, its name (the newest so called), or its workflow id.")
  private String text;

  /** Its row. */
  RunRow row(Connection connection) {
    try (Database database = connection.database()) {
      return RunFinder.find(database, text);
    }
  }

  /** Its workflow; one that is named by workflow id may be too young to have a row. */
  String workflowId(Connection connection) {
    return text.contains("/") ? text : row(connection).workflowId();
  }
}
