package dev.shoal.worker.runs;

import dev.shoal.workflows.Progress;
import java.util.List;

/** Where a run is shown: a terminal that is drawn over, or lines that stay. */
public interface Screen extends AutoCloseable {

  /** Whether a person sees it change. */
  boolean isLive();

  /** News that stay. */
  void line(String text);

  /** How the stages stand, and what is being worked on. */
  void stages(Progress progress, List<PendingActivity> pending);

  /** Leaves what is shown as it is; later calls show nothing. */
  @Override
  void close();
}
