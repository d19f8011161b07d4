package dev.shoal.worker.commands;

import dev.shoal.migrations.Database;
import dev.shoal.worker.runs.Artifacts;
import dev.shoal.worker.runs.LineageTree;
import dev.shoal.worker.wiring.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows what something was made from. */
@Command(
    name = "lineage",
    description = "Show what a run's model, or any artifact, was made from, with every setting.")
public final class LineageCommand extends ConnectedCommand {

  @Parameters(
      index = "0",
      paramLabel = "RUN|DIGEST|FOLDER",
      description = "A run, the beginning of an artifact's digest, or a folder with an artifact.")
  private String what;

  @Override
  public Integer call() {
    try (Database database = connection.database()) {
      String artifact = new ModelFolder(connection).cached(what, database);
      LineageTree tree = LineageTree.of(database, new Artifacts(database).find(artifact));
      output.say(tree.text());
      output.answer(tree.json());
      return ExitCode.DONE;
    }
  }
}
