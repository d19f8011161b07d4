package dev.shoal.worker.commands;

import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.TemporalConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Sends the update {@code unpause}. */
@Command(
    name = "unpause",
    description = "Let a paused run go on.",
    footer = {"", "Example:", "  shoal unpause legal-moe"})
public final class UnpauseCommand extends ConnectedCommand {

  @Mixin private RunArgument run;

  @Override
  public Integer call() throws InterruptedException {
    try (TemporalConnection temporal = connection.temporal()) {
      String workflowId = run.workflowId(connection, temporal);
      String answer = new Steer(temporal, workflowId).update("unpause");
      output.say(answer);
      output.answer(Output.object().put("workflow", workflowId).put("answer", answer));
      return ExitCode.DONE;
    }
  }
}
