package dev.shoal.workflows;

import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.api.enums.v1.ParentClosePolicy;
import io.temporal.common.RetryOptions;
import io.temporal.workflow.ChildWorkflowCancellationType;
import io.temporal.workflow.ChildWorkflowOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;

/** Every timeout, heartbeat, retry and end of what a workflow starts, with its reason. */
final class ActivityPolicies {

  /**
   * A crash is noticed after this long; the longest step between two heartbeats must be shorter.
   */
  private static final Duration HEARTBEAT = Duration.ofSeconds(30);

  /** The server's only bound on work that heartbeats for ever; training is cut into segments. */
  private static final Duration LONGEST_STAGE = Duration.ofDays(2);

  private static final Duration LONGEST_RECORD = Duration.ofMinutes(2);

  /**
   * A segment's length: history shows progress, and a new worker version takes over at its edge.
   */
  static final int SEGMENT_SECONDS = 1800;

  /**
   * Attempts are unlimited because deploys and crashes count as attempts too; lack of progress is
   * what ends a stage, and the activity itself knows about that. A dead worker says nothing, and
   * its work is tried again at once each time; an activity that fails says itself how long to wait.
   */
  private static final RetryOptions RETRY =
      RetryOptions.newBuilder()
          .setInitialInterval(Duration.ofSeconds(2))
          .setBackoffCoefficient(1)
          .setDoNotRetry(FailureTypes.nonRetryable())
          .build();

  private ActivityPolicies() {}

  /** Long work with heartbeats; a cancelled stage is waited for until it has let its device go. */
  static ActivityOptions stage(String queue, String summary) {
    return ActivityOptions.newBuilder()
        .setTaskQueue(queue)
        .setSummary(summary)
        .setStartToCloseTimeout(LONGEST_STAGE)
        .setHeartbeatTimeout(HEARTBEAT)
        .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
        .setRetryOptions(RETRY)
        .build();
  }

  /** A part of this workflow with a history of its own: it is cancelled with it and waited for. */
  static ChildWorkflowOptions child(String id, String summary) {
    return ChildWorkflowOptions.newBuilder()
        .setWorkflowId(Workflow.getInfo().getWorkflowId() + "/" + id)
        .setTaskQueue(TaskQueues.SHOAL)
        .setStaticSummary(summary)
        .setCancellationType(ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED)
        .setParentClosePolicy(ParentClosePolicy.PARENT_CLOSE_POLICY_REQUEST_CANCEL)
        .build();
  }

  /** A few rows in the database. */
  static ActivityOptions record() {
    return ActivityOptions.newBuilder()
        .setTaskQueue(TaskQueues.SHOAL)
        .setStartToCloseTimeout(LONGEST_RECORD)
        .setRetryOptions(RETRY)
        .build();
  }
}
