package dev.shoal.worker.runs;

import dev.shoal.workflows.Progress;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A line a finished stage; what is being worked on is told now and then. */
public final class LineScreen implements Screen {

  private static final Set<String> FINISHED = Set.of("COMPUTED", "REUSED", "SKIPPED", "FAILED");

  private static final int POLLS_BETWEEN_LINES = 30;

  private final PrintWriter out;
  private final Map<String, String> told = new HashMap<>();
  private int polls;

  /** Writes there. */
  public LineScreen(PrintWriter out) {
    this.out = out;
  }

  @Override
  public boolean isLive() {
    return false;
  }

  @Override
  public void line(String text) {
    out.println(text);
    out.flush();
  }

  @Override
  public void stages(Progress progress, List<PendingActivity> pending) {
    progress.stages().forEach(this::stage);
    polls++;
    if (polls % POLLS_BETWEEN_LINES == 0) {
      pending.forEach(activity -> line("          " + activity.describe()));
    }
  }

  private void stage(Progress.Stage stage) {
    String before = told.put(stage.name(), stage.state());
    if (FINISHED.contains(stage.state()) && !stage.state().equals(before)) {
      String note =
          stage.note().isBlank() ? "" : "  (" + stage.note().lines().findFirst().get() + ")";
      line("%-9s %s%s".formatted(stage.state(), stage.name(), note));
    }
  }

  @Override
  public void close() {}
}
