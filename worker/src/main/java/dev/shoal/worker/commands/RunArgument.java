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

  /** Its workflow; one that is named by workflow id may be too young to have a row. */
  String workflowId(Connection connection) {
    boolean id = text.indexOf('/') < text.lastIndexOf('/'); // one slash: COMPARISON/NAME
    return id ? text : row(connection).workflowId();
  }
}
