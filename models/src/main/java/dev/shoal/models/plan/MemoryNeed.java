package dev.shoal.models.plan;

import dev.shoal.models.prune.Compensation;

/**
 * Bytes that training needs, part by part.
 *
 * @param moe the model
 * @param training what is trained, on which windows, with or without a teacher
 * @param compensation whether experts carry a bias
 * @param bytesPerWeight 4 for fp32, 2 for bf16; activations have the same width
 */
public record MemoryNeed(
    MoeShape moe, Training training, Compensation compensation, int bytesPerWeight) {

  private static final int FP32_BYTES = 4;

  /** Refuses widths other than fp32 and bf16. */
  public MemoryNeed {
    if (bytesPerWeight != 2 && bytesPerWeight != FP32_BYTES) {
      throw new IllegalArgumentException(
          "bytes per weight: %d; it is 2 for bfloat16 and 4 for float32".formatted(bytesPerWeight));
    }
  }

  /**
   * Weights that the forward pass reads. In fp32 trained weights are read where they are trained;
   * in bf16 they are also kept as a working copy.
   */
  public long weightBytes() {
    long total = ParameterCount.of(moe, compensation).total();
    long shared = bytesPerWeight == FP32_BYTES ? training.weights().inPlace(moe) : 0;
    return (total - shared) * bytesPerWeight;
  }

  /** The dense model beside it, or 0 without distillation. */
  public long teacherBytes() {
    return training.distillation() ? ParameterCount.of(moe.dense()).total() * bytesPerWeight : 0;
  }

  /** Trained weights, fp32. */
  public long trainableBytes() {
    return training.weights().count(moe) * FP32_BYTES;
  }

  /** Both moments of AdamW, fp32. */
  public long momentBytes() {
    return 2 * trainableBytes();
  }

  /** Gradients, fp32. */
  public long gradientBytes() {
    return trainableBytes();
  }

  /**
   * What a micro-batch keeps for the backward pass: the input of every segment, everything inside
   * one segment, and the logits in fp32 with their log-probabilities and gradient (with a teacher
   * also its logits and log-probabilities).
   *
   * @param windows windows of S tokens in the micro-batch
   * @param segmentLayers layers that are differentiated at a time; L means nothing is recomputed
   */
  public long activationBytes(int windows, int segmentLayers) {
    ModelShape dense = moe.dense();
    long segments = (dense.layers() + segmentLayers - 1L) / segmentLayers;
    long inputs = segments * dense.hidden() * bytesPerWeight;
    long logits = (training.distillation() ? 5L : 3L) * dense.vocab() * FP32_BYTES;
    long perToken = inputs + segmentLayers * layerBytes() + logits;
    return (long) windows * training.sequenceTokens() * perToken;
  }

  /** All of the device for one micro-batch. */
  public long deviceBytes(int windows, int segmentLayers) {
    return weightBytes()
        + teacherBytes()
        + trainableBytes()
        + momentBytes()
        + gradientBytes()
        + activationBytes(windows, segmentLayers);
  }

  /** The host: one checkpoint (trained weights and moments) on its way to the disk. */
  public long hostBytes() {
    return checkpointBytes();
  }

  /** Trained weights and both moments, as in a checkpoint. */
  long checkpointBytes() {
    return trainableBytes() + momentBytes();
  }

  /**
   * One token in one layer: residual stream and norm output twice (4 H), query, key, value and
   * attention output (2 (A + G) h), per expert at work its input and output (2 H), gate, up, SiLU
   * and product (4 C) and three adapter products (3 r); in fp32 a log-sum per attention head and
   * the router's probabilities.
   */
  private long layerBytes() {
    ModelShape dense = moe.dense();
    long experts = training.weights().expertsPerToken(moe);
    long perExpert =
        2L * dense.hidden() + 4L * moe.expertChannels() + 3L * training.weights().loraRank();
    long attention = 2L * (dense.heads() + dense.kvHeads()) * dense.headSize();
    long elements = 4L * dense.hidden() + attention + experts * perExpert;
    return elements * bytesPerWeight + (dense.heads() + moe.experts()) * (long) FP32_BYTES;
  }

  MemoryNeed with(Training other) {
    return new MemoryNeed(moe, other, compensation, bytesPerWeight);
  }
}
