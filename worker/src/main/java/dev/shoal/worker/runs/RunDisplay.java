package dev.shoal.worker.runs;

import dev.shoal.workflows.Progress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tells each piece of news once: a line a finished stage, the present in the last line. */
final class RunDisplay {

  private static final Set<String> FINISHED = Set.of("COMPUTED", "REUSED", "SKIPPED", "FAILED");

  /** Where the last line cannot be written over, the present is told this seldom. */
  private static final int POLLS_BETWEEN_LINES = 30;

  /** A worker that has just been started does not answer at once. */
  private static final int POLLS_WITHOUT_WORKER = 5;

  private final Screen screen;
  private final Map<String, String> told = new HashMap<>();
  private final Set<String> attentions = new HashSet<>();
  private String state = "RUNNING";
  private int pollsWithoutWorker;
  private int polls;

  RunDisplay(Screen screen) {
    this.screen = screen;
  }

  void stages(Progress progress) {
    pollsWithoutWorker = 0;
    progress.stages().forEach(this::stage);
    if (!progress.state().equals(state) && progress.state().equals("PAUSED")) {
      screen.line("PAUSED    `shoal unpause` lets the run go on");
    }
    state = progress.state();
    if (!state.equals("NEEDS_ATTENTION")) {
      attentions.clear();
    }
  }

  private void stage(Progress.Stage stage) {
    String before = told.put(stage.name(), stage.state());
    if (FINISHED.contains(stage.state()) && !stage.state().equals(before)) {
      String note =
          stage.note().isBlank() ? "" : "  (" + stage.note().lines().findFirst().get() + ")";
      screen.line("%-9s %s%s".formatted(stage.state(), stage.name(), note));
    }
  }

  void noWorker() {
    pollsWithoutWorker++;
    if (pollsWithoutWorker == POLLS_WITHOUT_WORKER) {
      screen.line("No worker answers; start one with `shoal up -d` or `shoal worker`.");
    }
  }

  void activities(List<PendingActivity> pending) {
    List<String> active =
        pending.stream()
            .filter(activity -> activity.started() || activity.attempt() > 1)
            .map(PendingActivity::describe)
            .toList();
    long finished = told.values().stream().filter(FINISHED::contains).count();
    String present =
        "%d finished, %d waiting · %s"
            .formatted(finished, pending.size() - active.size(), String.join(" | ", active));
    screen.live(present);
    polls++;
    if (!screen.isLive() && !active.isEmpty() && polls % POLLS_BETWEEN_LINES == 0) {
      screen.line("          " + present);
    }
  }

  void attention(RunEnd.NeedsAttention waiting) {
    if (attentions.add(waiting.workflowId() + waiting.stage())) {
      screen.line(waiting.steps());
    }
  }

  void close() {
    screen.clear();
  }
}
