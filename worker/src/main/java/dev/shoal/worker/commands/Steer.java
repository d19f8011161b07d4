package dev.shoal.worker.commands;

import dev.shoal.worker.wiring.TemporalConnection;
import dev.shoal.worker.wiring.UserError;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.failure.ApplicationFailure;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends updates to a run. */
final class Steer {

  /** A worker replays the run before it answers. */
  private static final int ANSWER_SECONDS = 30;

  private final WorkflowStub stub;
  private final String workflowId;

  Steer(TemporalConnection temporal, String workflowId) {
    this.stub = temporal.client().newUntypedWorkflowStub(workflowId);
    this.workflowId = workflowId;
  }

  /** Whether there is something to steer. */
  boolean isOpen() {
    try {
      return stub.describe().getStatus()
          == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
    } catch (WorkflowNotFoundException e) {
      return false;
    }
  }

  /**
   * What the run answers.
   *
   * @throws UserError if it is closed, refuses, or no worker answers
   */
  String update(String name, Object... arguments) throws InterruptedException {
    if (!isOpen()) {
      throw UserError.failed("%s is not running; see `shoal runs`.".formatted(workflowId));
    }
    CompletableFuture<String> answer =
        CompletableFuture.supplyAsync(() -> stub.update(name, String.class, arguments));
    try {
      return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw UserError.failed(
          "No worker answered within %d s; start one (`shoal up -d`) and ask again."
              .formatted(ANSWER_SECONDS),
          e);
    } catch (ExecutionException e) {
      throw UserError.failed("%s refuses: %s.".formatted(workflowId, reason(e.getCause())), e);
    }
  }

  private static String reason(Throwable failure) {
    return failure instanceof WorkflowUpdateException
            && failure.getCause() instanceof ApplicationFailure refusal
        ? refusal.getOriginalMessage()
        : failure.getMessage();
  }

  /** Asks the run to stop; it checkpoints first. */
  void cancel() {
    if (!isOpen()) {
      throw UserError.failed("%s is not running; see `shoal runs`.".formatted(workflowId));
    }
    stub.cancel();
  }
}
