package dev.shoal.worker.commands;

import dev.shoal.migrations.Database;
import dev.shoal.migrations.RunRow;
import dev.shoal.worker.runs.RunFinder;
import dev.shoal.worker.runs.RunPage;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.Wiring;
import java.nio.file.Path;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the page of a run. */
@Command(
    name = "report",
    description = {
      "Write one HTML file about a run, finished or not: quality, groups, use of experts, training,"
          + " timeline, lineage, settings. It needs no network."
    },
    footer = {"", "Example:", "  shoal report legal-moe --output legal-moe.html"})
public final class ReportCommand extends ConnectedCommand {

  @Parameters(index = "0", paramLabel = "RUN", description = "As for `shoal watch`.")
  private String run;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Where to write it; default: NAME-ID.html in this folder.")
  private Path file;

  @Override
  public Integer call() {
    try (Database database = connection.database()) {
      RunRow found = RunFinder.find(database, run);
      String page =
          RunPage.html(database, new Wiring(connection.settings()).store(), found, Instant.now());
      Path target = PageFile.write(file, found.name(), found, page);
      output.say("Written to " + target);
      output.answer(
          Output.object().put("run", found.runId().toString()).put("file", target.toString()));
      return ExitCode.DONE;
    }
  }
}
