package dev.shoal.workflows;

/** Names shared by workflows, workers and commands. */
public final class TaskQueues {

  /** Workflows, and activities that need no device. */
  public static final String SHOAL = "shoal";

  /** Activities that compute on a device; where cards differ, a queue per memory class. */
  public static final String GPU = "shoal-gpu";

  private TaskQueues() {}
}
