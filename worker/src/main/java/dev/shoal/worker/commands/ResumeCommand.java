package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.migrations.RunRow;
import dev.shoal.migrations.RunStatus;
import dev.shoal.worker.runs.RunStarter;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.TemporalConnection;
import dev.shoal.worker.wiring.UserError;
import dev.shoal.workflows.StageDecision;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Decides about a stage that needs attention, or starts an ended run again. */
@Command(
    name = "resume",
    description = {
      "Decide about a stage that needs attention, or start an ended run again.",
      "A run that failed, was cancelled or terminated reuses what it had finished."
    },
    footer = {"", "Example:", "  shoal resume legal-moe --retry"})
public final class ResumeCommand extends ConnectedCommand {

  @Mixin private RunArgument run;

  @ArgGroup private Action action = new Action();

  @Option(
      names = "--stage",
      paramLabel = "NAME",
      description = "Which stage, where several need attention.")
  private String stage;

  /** One of three. */
  static final class Action {
    @Option(names = "--retry", description = "Try again, from the last checkpoint; the default.")
    @SuppressWarnings("UnusedVariable") // the default; here so that it can be said
    private boolean retry;

    @Option(names = "--skip", description = "Leave the stage out.")
    private boolean skip;

    @Option(names = "--abort", description = "Give the run up.")
    private boolean abort;

    String word() {
      if (skip) {
        return "skip";
      }
      return abort ? "abort" : "retry";
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    try (TemporalConnection temporal = connection.temporal()) {
      String workflowId = run.workflowId(connection, temporal);
      Steer steer = new Steer(temporal, workflowId);
      String answer =
          steer.isOpen()
              ? steer.update("resumeStage", new StageDecision(stage, action.word()))
              : startAgain(temporal);
      output.say("%s; `shoal watch %s` shows how it goes.".formatted(answer, workflowId));
      output.answer(Output.object().put("workflow", workflowId).put("answer", answer));
      return ExitCode.DONE;
    }
  }

  private String startAgain(TemporalConnection temporal) {
    RunRow row = run.row(connection);
    if (row.status() == RunStatus.SUCCEEDED) {
      throw UserError.wrongUse(
          "%s has succeeded; there is nothing to resume.".formatted(row.workflowId()));
    }
    if (action.skip || action.abort) {
      throw UserError.wrongUse(
          "%s has ended; it can only be started again, without --skip or --abort."
              .formatted(row.workflowId()));
    }
    new RunStarter(temporal).start((ObjectNode) row.request(), row.workflowId());
    return "started again, finished stages are reused";
  }
}
