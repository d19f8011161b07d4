package dev.shoal.models.training;

/** The training text as a function of the step: the same step always gives the same windows. */
@FunctionalInterface
public interface Batches {

  /** Windows of one length for one step, at least one, counted from 0. */
  int[][] batch(long step);
}
