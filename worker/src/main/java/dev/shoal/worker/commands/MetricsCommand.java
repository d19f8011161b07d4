package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.migrations.Database;
import dev.shoal.worker.runs.MetricLines;
import dev.shoal.worker.runs.RunFinder;
import dev.shoal.worker.wiring.ExitCode;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the numbers of a run. */
@Command(
    name = "metrics",
    description = {"Show the last value of each metric of a run, or one metric over its steps."},
    footer = {"", "Example:", "  shoal metrics legal-moe --name loss --format csv"})
public final class MetricsCommand extends ConnectedCommand {

  @Parameters(index = "0", paramLabel = "RUN", description = "As for `shoal watch`.")
  private String run;

  @Option(names = "--name", paramLabel = "METRIC", description = "Every step of this metric.")
  private String name;

  @Option(names = "--all", description = "Every step of every metric.")
  private boolean all;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table, csv or json (as --json) (default: ${DEFAULT-VALUE}).")
  private Format format;

  /** How it is written. */
  enum Format {
    /** For people. */
    TABLE,
    /** Comma-separated values after a line of names, as RFC 4180 has them. */
    CSV,
    /** One line. */
    JSON
  }

  @Override
  public Integer call() {
    try (Database database = connection.database()) {
      UUID id = RunFinder.find(database, run).runId();
      MetricLines lines = lines(database, id);
      ObjectNode json = Output.object().put("run", id.toString());
      json.set("metrics", lines.json());
      switch (format) {
        case TABLE -> output.say(lines.table());
        case CSV -> output.write(lines.csv());
        case JSON -> output.say(json.toString());
      }
      output.answer(json);
      return ExitCode.DONE;
    }
  }

  private MetricLines lines(Database database, UUID id) {
    if (all) {
      return MetricLines.all(database, id);
    }
    return name == null ? MetricLines.last(database, id) : MetricLines.series(database, id, name);
  }
}
