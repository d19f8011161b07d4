package dev.shoal.activities.stage;

import dev.shoal.migrations.Claim;
import dev.shoal.migrations.ComputationStore;
import dev.shoal.migrations.DatabaseUnavailableException;
import io.temporal.activity.ActivityExecutionContext;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a working attempt alive: heartbeats to Temporal and renews the lease while progress is
 * recent. When the work stalls it falls silent, so that the stage is taken from a hung kernel.
 */
final class Pulse implements AutoCloseable {

  static final int LEASE_SECONDS = 120;

  /** Loading a model or one long kernel call is silent for this long at most. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final int BEAT_SECONDS = 3;
  private static final int RENEW_EVERY_BEATS = 10;
  private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);

  private final ActivityExecutionContext temporal;
  private final ComputationStore computations;
  private final Claim claim;
  private final String stage;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "stage-pulse");
            thread.setDaemon(true);
            return thread;
          });
  private final ScheduledFuture<?> beating;
  private volatile StageProgress last = new StageProgress("starting", 0, 0, null, null, null, null);
  private volatile long lastProgress = System.nanoTime();
  private volatile RuntimeException stop;
  private int beats;

  /**
   * @param stage what the worker's meters call it
   */
  Pulse(
      ActivityExecutionContext temporal, ComputationStore computations, Claim claim, String stage) {
    this.stage = stage;
    this.temporal = temporal;
    this.computations = computations;
    this.claim = claim;
    beating =
        clock.scheduleWithFixedDelay(this::beat, BEAT_SECONDS, BEAT_SECONDS, TimeUnit.SECONDS);
  }

  /** Tells where the work is; throws what the last beats were told: cancelled, superseded. */
  void progress(StageProgress now) {
    last = now;
    StageMeters.present(stage, now);
    lastProgress = System.nanoTime();
    RuntimeException told = stop;
    if (told != null) {
      throw told;
    }
  }

  private void beat() {
    if (System.nanoTime() - lastProgress > PATIENCE.toNanos()) {
      LOG.warn("no progress for {}; no more heartbeats: {}", PATIENCE, last);
      return;
    }
    try {
      temporal.heartbeat(last);
      if (++beats % RENEW_EVERY_BEATS == 0 && !computations.renew(claim, LEASE_SECONDS)) {
        stop = new LeaseLostException(claim);
      }
    } catch (DatabaseUnavailableException e) {
      LOG.warn("the lease could not be renewed, the work goes on: {}", e.getMessage());
    } catch (RuntimeException e) {
      stop = e;
    }
  }

  @Override
  public void close() {
    beating.cancel(true);
    clock.shutdownNow();
  }
}
