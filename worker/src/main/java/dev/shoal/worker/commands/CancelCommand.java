package dev.shoal.worker.commands;

import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.TemporalConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Cancels a run. */
@Command(
    name = "cancel",
    description = "Stop a run; running stages write a checkpoint first. `resume` starts it again.",
    footer = {"", "Example:", "  shoal cancel legal-moe"})
public final class CancelCommand extends ConnectedCommand {

  @Mixin private RunArgument run;

  @Override
  public Integer call() throws InterruptedException {
    try (TemporalConnection temporal = connection.temporal()) {
      String workflowId = run.workflowId(connection, temporal);
      new Steer(temporal, workflowId).cancel();
      output.say("Cancelling %s; what it finished is kept.".formatted(workflowId));
      output.answer(Output.object().put("workflow", workflowId).put("answer", "cancelling"));
      return ExitCode.DONE;
    }
  }
}
