package dev.shoal.models.plan;

import java.util.function.Function;

/** Whether a training stage fits, and how; or what would fit instead. Neither is an error. */
public sealed interface MemoryPlan {

  /**
   * Tokens in a micro-batch from which its products keep a device busy. Below it a larger
   * micro-batch is worth a second forward pass; above it, it is not.
   */
  int BUSY_TOKENS = 4096;

  /** One function per case. */
  <R> R fold(Function<Fits, R> fits, Function<TooLarge, R> tooLarge);

  /**
   * It fits.
   *
   * @param microBatchWindows windows per micro-batch: the whole batch, or as many as are worth it,
   *     or a power of two
   * @param segmentLayers layers differentiated at a time
   * @param recompute whether the segments run forward twice
   * @param home of the optimiser's state
   * @param checkpoints how they are written
   * @param use the bytes, part by part
   */
  record Fits(
      int microBatchWindows,
      int segmentLayers,
      boolean recompute,
      OptimizerHome home,
      CheckpointWriting checkpoints,
      MemoryUse use)
      implements MemoryPlan {
    @Override
    public <R> R fold(Function<Fits, R> fits, Function<TooLarge, R> tooLarge) {
      return fits.apply(this);
    }
  }

  /**
   * Not even one window fits.
   *
   * @param deviceBytes needed on the device at the least
   * @param hostBytes needed on the host
   * @param message what is missing, and what to change
   */
  record TooLarge(long deviceBytes, long hostBytes, String message) implements MemoryPlan {
    @Override
    public <R> R fold(Function<Fits, R> fits, Function<TooLarge, R> tooLarge) {
      return tooLarge.apply(this);
    }
  }

  /**
   * The largest micro-batch that fits, without recomputing where that keeps the device busy. The
   * optimiser's state stays on the device if one window fits beside it, else on the host.
   * Checkpoints are copied if the host has room for it, else training waits for them.
   *
   * <p>With all layers in one segment nothing is recomputed. Only when that leaves less than {@link
   * #BUSY_TOKENS} and less than the whole batch, shorter segments are tried; the largest
   * micro-batch wins, then the longest segment.
   *
   * @param batchWindows windows of one optimizer step on one device; more are never planned
   */
  static MemoryPlan choose(MemoryNeed need, MemoryBudget budget, int batchWindows) {
    ModelShape.positive("windows per batch", batchWindows);
    return new MemoryFit(need, budget, batchWindows).choose();
  }
}
