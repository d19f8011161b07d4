package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.worker.runs.RunStarter;
import dev.shoal.worker.runs.RunStarter.Started;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.TemporalConnection;
import java.nio.file.Path;

/** Starts the workflow of a request, and stays with it unless told not to. */
final class Launch {

  private final Output output;
  private final Connection connection;

  Launch(Output output, Connection connection) {
    this.output = output;
    this.connection = connection;
  }

  /**
   * Starts it.
   *
   * @param id of the workflow; null for a made one
   * @param out folder to copy the checkpoint to; null for none
   * @param detach whether to only start it
   * @return the exit code
   */
  int go(ObjectNode request, String id, Path out, boolean detach) throws InterruptedException {
    try (TemporalConnection temporal = connection.temporal()) {
      RunStarter starter = new RunStarter(temporal);
      Started run = id == null ? starter.start(request) : starter.start(request, id);
      output.say((run.attached() ? "Joined " : "Started ") + run.workflowId());
      if (detach) {
        return detached(temporal, run);
      }
      RunReport report = new RunReport(output, connection, temporal, run.workflowId());
      return report.follow(out, report.watch());
    }
  }

  private int detached(TemporalConnection temporal, Started run) {
    temporal.link(run.workflowId()).ifPresent(link -> output.say("In the UI: " + link));
    output.answer(
        Output.object()
            .put("workflow", run.workflowId())
            .put("attached", run.attached())
            .put("ui", temporal.link(run.workflowId()).orElse(null)));
    return ExitCode.DONE;
  }
}
