package dev.shoal.models;

/**
 * Told how far long work has come, after every batch, layer or step.
 *
 * <p>It may throw to stop the work: the exception reaches the caller, everything native is freed
 * and nothing is left half-written.
 */
@FunctionalInterface
public interface Progress {

  /** Listens to nobody. */
  Progress NONE = (phase, done, total) -> {};

  /**
   * Called when a part is finished.
   *
   * @param phase what is being done, in a word or two
   * @param done parts finished
   * @param total parts in all, or -1 where that is not known
   */
  void report(String phase, long done, long total);
}
