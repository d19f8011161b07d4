package dev.shoal.worker.commands;

import dev.shoal.migrations.Database;
import dev.shoal.worker.lineage.Explanation;
import dev.shoal.worker.runs.RunFinder;
import dev.shoal.worker.wiring.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says why a stage ran or was reused. */
@Command(
    name = "explain",
    description = {
      "Say why a stage of a run was computed or reused. Where it was computed, the nearest result"
          + " that was there at the time is shown, and the fields of the key that differ."
    },
    footer = {"", "Example:", "  shoal explain legal-moe evaluate/trained"})
public final class ExplainCommand extends ConnectedCommand {

  @Parameters(index = "0", paramLabel = "RUN", description = "As for `shoal watch`.")
  private String run;

  @Parameters(
      index = "1",
      paramLabel = "STAGE[/SHARD]",
      description = "As in `shoal metrics`, such as train-experts or tokenize/law.")
  private String stage;

  @Override
  public Integer call() {
    try (Database database = connection.database()) {
      Explanation explanation = Explanation.of(database, RunFinder.find(database, run), stage);
      output.say(explanation.text());
      output.answer(explanation.json());
      return ExitCode.DONE;
    }
  }
}
