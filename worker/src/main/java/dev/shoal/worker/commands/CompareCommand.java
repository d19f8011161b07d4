package dev.shoal.worker.commands;

import dev.shoal.migrations.Database;
import dev.shoal.migrations.RunRow;
import dev.shoal.migrations.RunStatus;
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
      "A comparison that `shoal run` started stands for all of its runs; runs that differ in their"
          + " seed alone share a row."
    },
    footer = {"", "Example:", "  shoal compare legal-moe legal-half --data-sets"})
public final class CompareCommand extends ConnectedCommand {

  @Parameters(arity = "1..*", paramLabel = "RUN", description = "As for `shoal watch`.")
  private List<String> runs;

  @Option(names = "--data-sets", description = "Also the perplexity on every data set.")
  private boolean dataSets;

  private static String unfinished(RunRow run) {
    return "%s %s: %s%s"
        .formatted(
            run.name(),
            RunFinder.shortId(run),
            run.status(),
            run.failure().map(why -> ", " + why.path("message").asText()).orElse(""));
  }

  @Override
  public Integer call() {
    try (Database database = connection.database()) {
      List<RunRow> found =
          runs.stream()
              .map(run -> RunFinder.find(database, run))
              .flatMap(run -> Comparison.members(database, run).stream())
              .distinct()
              .toList();
      Comparison comparison =
          Comparison.of(database, new Wiring(connection.settings()).store(), found);
      output.say(comparison.table());
      found.stream()
          .filter(run -> run.status() != RunStatus.SUCCEEDED)
          .forEach(run -> output.say(unfinished(run)));
      if (dataSets) {
        output.say("");
        output.say(comparison.dataSets());
      }
      output.answer(comparison.json());
      return ExitCode.DONE;
    }
  }
}
