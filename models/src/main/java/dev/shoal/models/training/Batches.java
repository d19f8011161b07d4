package dev.shoal.models.training;

/** The training text as a function of the step: the same step always gives the same windows. */
@FunctionalInterface
public interface Batches {

  /** Windows of one length for one step, at least one, counted from 0. */
  int[][] batch(long step);

  /**
   * Which data set each window of a step is of, counted from 0; one data set unless batches know
   * better.
   *
   * @param windows how many {@link #batch} gives for this step
   */
  default int[] dataSets(long step, int windows) {
    return new int[windows];
  }
}
