package dev.shoal.workflows;

import java.util.List;

/** Names shared by workflows, workers and commands. */
public final class TaskQueues {

  /** Workflows, and activities that need no device. */
  public static final String SHOAL = "shoal";

  /** Activities that compute on a processor; every worker takes them. */
  public static final String CPU = "shoal-cpu";

  /** Activities that compute on any GPU. */
  public static final String GPU = "shoal-gpu";

  /** Memory of the cards there are, in GiB as their makers round it, the smallest first. */
  public static final List<Integer> MEMORY_CLASSES =
      List.of(8, 12, 16, 24, 32, 40, 48, 64, 80, 96, 141, 192);

  private TaskQueues() {}

  /** Activities that need a card of this memory class or a larger one: {@code shoal-gpu-80g}. */
  public static String gpu(int memoryClass) {
    return GPU + "-" + memoryClass + "g";
  }
}
