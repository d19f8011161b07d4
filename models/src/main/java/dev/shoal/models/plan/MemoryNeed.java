package dev.shoal.models.plan;

import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Precision;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.prune.Compensation;

/**
 * Bytes that training needs, part by part.
 *
 * @param moe the model
 * @param training what is trained, on which windows, with or without a teacher
 * @param compensation whether experts carry a bias
 * @param device its precision is that of weights and activations
 * @param replicas equal devices that share each step's windows and the optimiser's state
 */
public record MemoryNeed(
    MoeShape moe, Training training, Compensation compensation, Device device, int replicas) {

  private static final int FP32_BYTES = 4;

  /** Refuses what no training computes in. */
  public MemoryNeed {
    if (device.precision() == Precision.FLOAT64) {
      throw new IllegalArgumentException(
          "precision FLOAT64; training computes in FLOAT32 or BFLOAT16");
    }
  }

  /**
   * Everything for one micro-batch on each of the devices, and on the host a copy of what a
   * checkpoint has.
   *
   * @param windows windows of S tokens in the micro-batch
   * @param parts micro-batches of a step; from the second on, gradients of a segment are there
   *     twice
   * @param segmentLayers layers that are differentiated at a time; L means nothing is recomputed
   */
  public MemoryUse use(int windows, int parts, int segmentLayers, OptimizerHome home) {
    boolean host = home == OptimizerHome.HOST;
    long twice = parts > 1 ? trainableBytes() * segmentLayers / moe.dense().layers() : 0;
    return new MemoryUse(
        weightBytes(),
        teacherBytes(),
        trainableBytes(),
        trainableBytes() + twice,
        host ? travellingBytes() : (momentBytes() + replicas - 1) / replicas,
        activationBytes(windows, segmentLayers),
        host ? momentBytes() : 0,
        trainableBytes() + momentBytes());
  }

  /** As above where training waits until a checkpoint is written, an array at a time. */
  MemoryUse useWithoutCopy(int windows, int parts, int segmentLayers, OptimizerHome home) {
    return use(windows, parts, segmentLayers, home)
        .withCheckpoint(training.weights().largest(moe) * FP32_BYTES);
  }

  /**
   * Weights that the forward pass reads and nobody trains; trained ones are read where they are
   * trained. In bf16 trained expert weights pass through a copy, a layer at a time. The router
   * stage adds the channels that any expert keeps, as they are in the dense model, where experts
   * are cuts of it.
   */
  long weightBytes() {
    TrainedWeights trained = training.weights();
    long total = ParameterCount.of(moe, compensation).total();
    boolean fp32 = device.precision() == Precision.FLOAT32;
    long passing = fp32 ? 0 : trained.expertWeights(moe, moe.experts()) / moe.dense().layers();
    return (total - trained.inPlace(moe) + passing + sharedChannels()) * bytes();
  }

  private long sharedChannels() {
    if (!trainsRouter() || !moe.cuts()) {
      return 0;
    }
    ModelShape dense = moe.dense();
    long matrices = compensation == Compensation.FOLD ? 2 : 3; // folded down projections differ
    return matrices * moe.keptChannels() * dense.hidden() * dense.layers();
  }

  /**
   * FFNs and norms of the dense model beside it, or 0 without distillation; attention, embedding
   * and head are the mixture's too.
   */
  long teacherBytes() {
    if (!training.distillation()) {
      return 0;
    }
    ParameterCount dense = ParameterCount.of(moe.dense());
    return (dense.ffn() + dense.norms()) * bytes();
  }

  /** Trained weights, fp32; their gradients are as large. */
  long trainableBytes() {
    return training.weights().count(moe) * FP32_BYTES;
  }

  /** Both moments of AdamW, fp32. */
  long momentBytes() {
    return 2 * trainableBytes();
  }

  /** Both moments of the largest trained weight, while it is updated. */
  private long travellingBytes() {
    return 2 * training.weights().largest(moe) * FP32_BYTES;
  }

  /**
   * What a micro-batch keeps for the backward pass: the input of every segment, everything inside
   * one segment, as much again for the layer that is being differentiated, and of the logits a
   * chunk in fp32 with its log-probabilities and gradient (with a teacher its hidden states, and of
   * a chunk also its logits and log-probabilities).
   */
  long activationBytes(int windows, int segmentLayers) {
    ModelShape dense = moe.dense();
    long segments = (dense.layers() + segmentLayers - 1L) / segmentLayers;
    long states = segments + (training.distillation() ? 1 : 0);
    long perToken = states * dense.hidden() * bytes() + (segmentLayers + 1) * layerBytes();
    long tokens = (long) windows * training.sequenceTokens();
    return tokens * perToken + logitBytes(tokens);
  }

  private long logitBytes(long tokens) {
    long atOnce = LanguageModel.logitsAtOnce(device);
    long copies = training.distillation() ? 5 : 3;
    return Math.min(tokens * moe.dense().vocab(), atOnce) * copies * FP32_BYTES;
  }

  /**
   * One token in one layer: residual stream and norm output twice (4 H), query, key, value and
   * attention output (2 (A + G) h), the experts at work; in fp32 a log-sum per attention head and
   * the router's probabilities.
   */
  private long layerBytes() {
    ModelShape dense = moe.dense();
    long attention = 2L * (dense.heads() + dense.kvHeads()) * dense.headSize();
    long elements = 4L * dense.hidden() + attention + ffn();
    return elements * bytes() + (dense.heads() + moe.experts()) * (long) FP32_BYTES;
  }

  /** The experts at work: in the router stage all, at once where they are cuts. */
  private long ffn() {
    if (!trainsRouter()) {
      return moe.expertsPerToken() * expert();
    }
    return moe.cuts() ? cuts() : moe.experts() * expert();
  }

  /** Input and output (2 H), gate, up, SiLU and product (4 C), adapter products (3 r). */
  private long expert() {
    return 2L * moe.dense().hidden()
        + 4L * moe.expertChannels()
        + 3L * training.weights().loraRank();
  }

  /**
   * All at once: input and output (2 H), gate, up, SiLU and product of the channels that any keeps
   * (4 U), and with folded down projections the channels of one (2 C).
   */
  private long cuts() {
    long one = compensation == Compensation.FOLD ? 2L * moe.expertChannels() : 0;
    return 2L * moe.dense().hidden() + 4 * moe.keptChannels() + one;
  }

  private boolean trainsRouter() {
    return training.weights().part() == TrainedWeights.Part.ROUTER;
  }

  private long bytes() {
    return device.bytesPerWeight();
  }

  MemoryNeed with(Training other) {
    return new MemoryNeed(moe, other, compensation, device, replicas);
  }
}
