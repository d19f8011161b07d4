package dev.shoal.activities.stage;

import dev.shoal.workflows.Reconstruct;
import dev.shoal.workflows.stages.TrainingProgress;
import io.temporal.client.WorkflowClient;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals to the workflow that users look at how far training is. Training never waits for it and
 * does not mind if it fails. The longer a stage takes the seldomer it tells, so that the history
 * holds some hundred signals of a run of months.
 */
final class TrainingNews {

  private static final double SHARE = 0.01;
  private static final double LEAST_SECONDS = 60;
  private static final Logger LOG = LoggerFactory.getLogger(TrainingNews.class);

  private final WorkflowClient temporal;
  private final String workflowId;
  private CompletableFuture<Void> sent = CompletableFuture.completedFuture(null);
  private long begin;
  private long last;

  TrainingNews(WorkflowClient temporal, String workflowId) {
    this.temporal = temporal;
    this.workflowId = workflowId;
  }

  void tell(TrainingProgress progress) {
    long now = System.nanoTime();
    boolean first = begin == 0;
    begin = first ? now : begin;
    double due = Math.max(LEAST_SECONDS, SHARE * seconds(begin, now));
    if (sent.isDone() && (first || seconds(last, now) >= due)) {
      last = now;
      sent = CompletableFuture.runAsync(() -> send(progress));
    }
  }

  private void send(TrainingProgress progress) {
    try {
      temporal.newWorkflowStub(Reconstruct.class, workflowId).trained(progress);
    } catch (RuntimeException e) {
      LOG.warn("{} was not told how far it is: {}", workflowId, e.getMessage());
    }
  }

  private static double seconds(long from, long to) {
    return TimeUnit.NANOSECONDS.toMillis(to - from) / 1e3;
  }
}
