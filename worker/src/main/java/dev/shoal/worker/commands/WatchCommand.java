package dev.shoal.worker.commands;

import dev.shoal.worker.wiring.TemporalConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Comes back to a run. */
@Command(
    name = "watch",
    description = "Stay with a run that was started before, to its end.",
    footer = {"", "Example:", "  shoal watch legal-moe"})
public final class WatchCommand extends ConnectedCommand {

  @Mixin private RunArgument run;

  @Override
  public Integer call() throws InterruptedException {
    try (TemporalConnection temporal = connection.temporal()) {
      String workflowId = run.workflowId(connection, temporal);
      RunReport report = new RunReport(output, connection, temporal, workflowId);
      return report.follow(null, report.watch());
    }
  }
}
