package dev.shoal.workflows;

import dev.shoal.workflows.stages.RunActivities;
import dev.shoal.workflows.stages.RunRef;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Workflow;

/** How an execution ends that gives no result. */
record Ending(TemporalFailure failure) {

  /**
   * Writes it to the run's row, even where the execution is cancelled.
   *
   * @param first done before
   * @param run null where there is no row yet
   * @param json the request, for the row to be made
   * @return what to throw
   */
  TemporalFailure record(
      RunActivities runs, StageBoard board, Runnable first, RunRef run, String json) {
    ApplicationFailure cause = Steering.application(failure);
    String type = cause == null ? failure.getClass().getSimpleName() : cause.getType();
    String message = cause == null ? failure.getMessage() : cause.getOriginalMessage();
    String status = isCancelled() ? "CANCELED" : "FAILED";
    Workflow.newDetachedCancellationScope(
            () -> {
              first.run();
              runs.recordEnd(new RunActivities.End(run, status, type, message, json));
            })
        .run();
    board.state(status);
    return isCancelled() || cause == null
        ? failure
        : untraced(ApplicationFailure.newNonRetryableFailure(message, type));
  }

  /** The message is for users; where in the plot it was thrown tells them nothing. */
  private static ApplicationFailure untraced(ApplicationFailure told) {
    told.setStackTrace(new StackTraceElement[0]);
    return told;
  }

  private boolean isCancelled() {
    return failure instanceof CanceledFailure || failure.getCause() instanceof CanceledFailure;
  }
}
