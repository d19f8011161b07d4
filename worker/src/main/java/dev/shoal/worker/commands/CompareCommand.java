package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.RunRow;
import dev.shoal.migrations.RunStatus;
import dev.shoal.worker.runs.Comparison;
import dev.shoal.worker.runs.ComparisonPage;
import dev.shoal.worker.runs.RunFinder;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.Wiring;
import java.nio.file.Path;
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
          + " seed alone share a row.",
      "With --report the same as one HTML file with charts that needs no network."
    },
    footer = {"", "Example:", "  shoal compare legal-moe legal-half --data-sets"})
public final class CompareCommand extends ConnectedCommand {

  @Parameters(arity = "1..*", paramLabel = "RUN", description = "As for `shoal watch`.")
  private List<String> runs;

  @Option(names = "--data-sets", description = "Also the perplexity on every data set.")
  private boolean dataSets;

  @Option(names = "--report", description = "Also write one HTML file with charts.")
  private boolean report;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Where to write the report; default: NAME-ID.html in this folder.")
  private Path file;

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
      List<RunRow> asked = runs.stream().map(run -> RunFinder.find(database, run)).toList();
      List<RunRow> found =
          asked.stream()
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
      ObjectNode answer = comparison.json();
      if (report || file != null) {
        String page = ComparisonPage.html(database, asked, found, comparison);
        Path target = PageFile.write(file, ComparisonPage.name(asked), asked.get(0), page);
        output.say("");
        output.say("Written to " + target);
        answer.put("file", target.toString());
      }
      output.answer(answer);
      return ExitCode.DONE;
    }
  }
}
