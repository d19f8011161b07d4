package dev.shoal.worker.commands;

import dev.shoal.migrations.Database;
import dev.shoal.migrations.RunRow;
import dev.shoal.worker.runs.Comparison;
import dev.shoal.worker.runs.RunFinder;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.Wiring;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what several runs gave, side by side. */
@Command(
    name = "compare",
    description = {
      "Show what runs gave side by side, the best first: method, size, tokens, perplexity.",
      "For example: shoal compare by-tokens by-domains --data-sets"
    })
public final class CompareCommand extends ConnectedCommand {

  @Parameters(arity = "1..*", paramLabel = "RUN", description = "As for `shoal watch`.")
  private List<String> runs;

  @Option(names = "--data-sets", description = "Also the perplexity on every data set.")
  private boolean dataSets;

  @Override
  public Integer call() {
    try (Database database = connection.database()) {
      List<RunRow> found =
          runs.stream().map(run -> RunFinder.find(database, run)).distinct().toList();
      Comparison comparison =
          Comparison.of(database, new Wiring(connection.settings()).store(), found);
      output.say(comparison.table());
      if (dataSets) {
        output.say("");
        output.say(comparison.dataSets());
      }
      output.answer(comparison.json());
      return ExitCode.DONE;
    }
  }
}
