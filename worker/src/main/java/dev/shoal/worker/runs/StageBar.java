package dev.shoal.worker.runs;

/**
 * A stage, or several like it, as one line.
 *
 * @param name of the stage, or what several have in common
 * @param state how it stands
 * @param done units that are done
 * @param total units in all; 0 where that is not known
 * @param note speed, time left, origin or reason
 */
record StageBar(String name, State state, double done, double total, String note) {

  /** How a stage stands. */
  enum State {
    /** Computed, reused or skipped. */
    DONE,
    /** Being worked on. */
    RUNNING,
    /** Stopped by a person for a while. */
    PAUSED,
    /** Waits for a person. */
    NEEDS_ATTENTION,
    /** It ended the run. */
    FAILED
  }

  /** From 0 to 1. */
  double share() {
    if (state == State.DONE) {
      return 1;
    }
    return total > 0 ? Math.min(1, done / total) : 0;
  }
}
