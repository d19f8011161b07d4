package dev.shoal.worker.runs;

import dev.shoal.workflows.Progress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Tells each piece of news once, and shows the stages. */
final class RunDisplay {

  /** A worker that has just been started does not answer at once. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Screen screen;
  private final Set<String> attentions = new HashSet<>();
  private Progress last = new Progress(null, "RUNNING", List.of());
  private OptionalLong silentSince = OptionalLong.empty();
  private boolean missed;
  private boolean away;

  RunDisplay(Screen screen) {
    this.screen = screen;
  }

  /** A worker answered. */
  void progress(Progress progress) {
    if (missed) {
      screen.line("A worker answers.");
    }
    missed = false;
    silentSince = OptionalLong.empty();
    if (!progress.state().equals(last.state()) && progress.state().equals("PAUSED")) {
      screen.line("PAUSED    `shoal unpause` lets the run go on");
    }
    if (!progress.state().equals("NEEDS_ATTENTION")) {
      attentions.clear();
    }
    last = progress;
  }

  /**
   * No worker answered.
   *
   * @param nanos the time, as of {@link System#nanoTime}
   */
  void noWorker(long nanos) {
    silentSince = OptionalLong.of(silentSince.orElse(nanos));
    if (!missed && nanos - silentSince.getAsLong() >= PATIENCE.toNanos()) {
      screen.line("No worker answers; start one with `shoal up -d` or `shoal worker`.");
      missed = true;
    }
  }

  /** What is being worked on, as Temporal itself says it. */
  void activities(List<PendingActivity> pending) {
    screen.stages(last, pending);
  }

  void attention(RunEnd.NeedsAttention waiting) {
    if (attentions.add(waiting.workflowId() + waiting.stage())) {
      screen.line(waiting.steps());
    }
  }

  /** Temporal does not answer. */
  void away() {
    if (!away) {
      screen.line("Temporal does not answer; the run does not depend on that. Trying on ...");
    }
    away = true;
  }

  /** Temporal answers. */
  void back() {
    if (away) {
      screen.line("Temporal answers again.");
    }
    away = false;
  }
}
