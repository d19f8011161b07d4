package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.MetricStore;
import dev.shoal.migrations.StageRow;
import dev.shoal.worker.runs.RunFinder;
import dev.shoal.worker.runs.TextTable;
import dev.shoal.worker.wiring.ExitCode;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the numbers of a run. */
@Command(
    name = "metrics",
    description = "Show the last value of each metric of a run, or one metric over its steps.")
public final class MetricsCommand extends ConnectedCommand {

  @Parameters(index = "0", paramLabel = "RUN", description = "As for `shoal watch`.")
  private String run;

  @Option(names = "--name", paramLabel = "METRIC", description = "Every step of this metric.")
  private String name;

  private final TextTable table = new TextTable("stage", "metric", "step", "value");
  private final ObjectNode answer = Output.object();

  @Override
  public Integer call() {
    try (Database database = connection.database()) {
      UUID id = RunFinder.find(database, run).runId();
      answer.put("run", id.toString()).putArray("metrics");
      database.stages().ofRun(id).stream()
          .filter(stage -> stage.computationKey().isPresent())
          .forEach(stage -> add(database.metrics(), stage));
      output.say(table.toString());
      output.answer(answer);
      return ExitCode.DONE;
    }
  }

  private void add(MetricStore metrics, StageRow stage) {
    String key = stage.computationKey().orElseThrow();
    String label = stage.shard().isEmpty() ? stage.name() : stage.name() + " · " + stage.shard();
    if (name == null) {
      metrics.last(key).forEach((metric, point) -> add(label, metric, point));
    } else {
      metrics.series(key, name).forEach(point -> add(label, name, point));
    }
  }

  private void add(String stage, String metric, MetricStore.Point point) {
    table.add(stage, metric, String.valueOf(point.step()), String.valueOf(point.value()));
    answer
        .withArray("metrics")
        .addObject()
        .put("stage", stage)
        .put("metric", metric)
        .put("step", point.step())
        .put("value", point.value());
  }
}
