package dev.shoal.models.plan;

import dev.shoal.models.prune.Compensation;

/**
 * Bytes that a run writes and keeps.
 *
 * @param tokenBytes ids, 4 bytes each
 * @param statisticsBytes count, mean and squared deviations, 8 bytes each, per data set
 * @param expertBytes kept channels (4 bytes each) and the fp32 compensation of every expert, or all
 *     its weights where they are its own
 * @param trainedBytes trained weights, fp32, of every training stage
 * @param checkpointBytes trained weights and moments: those kept and the one being written, and the
 *     last one of a finished router stage
 * @param exportBytes the stock checkpoint, bf16
 */
public record DiskPlan(
    long tokenBytes,
    long statisticsBytes,
    long expertBytes,
    long trainedBytes,
    long checkpointBytes,
    long exportBytes) {

  private static final long FP32_BYTES = 4;
  private static final long BF16_BYTES = 2;
  private static final long CHECKPOINT_BYTES = 3 * FP32_BYTES; // weight and two moments

  /**
   * Adds up a run.
   *
   * @param weights what the expert stage trains
   * @param checkpointsKept per stage while it runs
   */
  public static DiskPlan of(
      MoeShape moe,
      PlanInput input,
      Compensation compensation,
      TrainedWeights weights,
      int checkpointsKept) {
    ModelShape dense = moe.dense();
    long router = input.routerTokens() > 0 ? TrainedWeights.router().count(moe) : 0;
    long experts = input.expertTokens() > 0 ? weights.count(moe) : 0;
    boolean exports = compensation != Compensation.BIAS; // no stock format holds the bias
    return new DiskPlan(
        input.distinctTokens() * 4,
        8L * input.dataSets() * dense.layers() * (1 + 2L * dense.intermediate()),
        expertBytes(moe, compensation) * dense.layers() * moe.experts(),
        (router + experts) * FP32_BYTES,
        CHECKPOINT_BYTES * checkpointed(router, experts, checkpointsKept + 1L),
        exports ? ParameterCount.of(moe, compensation).total() * BF16_BYTES : 0);
  }

  /** All of it. */
  public long totalBytes() {
    return tokenBytes
        + statisticsBytes
        + expertBytes
        + trainedBytes
        + checkpointBytes
        + exportBytes;
  }

  /** Trained values in all checkpoints at the worst moment of the run. */
  private static long checkpointed(long router, long experts, long copies) {
    return Math.max(copies * router, router + copies * experts);
  }

  /** One expert of one layer. */
  private static long expertBytes(MoeShape moe, Compensation compensation) {
    long hidden = moe.dense().hidden();
    long kept = 4L * moe.expertChannels();
    if (!moe.cuts()) {
      long bias = compensation == Compensation.BIAS ? hidden : 0;
      return kept + (moe.dense().ffnWeights(moe.expertChannels()) + bias) * FP32_BYTES;
    }
    return switch (compensation) {
      case NONE -> kept;
      case BIAS -> kept + hidden * FP32_BYTES;
      case FOLD -> kept + hidden * moe.expertChannels() * FP32_BYTES;
    };
  }
}
