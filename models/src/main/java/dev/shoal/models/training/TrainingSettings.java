package dev.shoal.models.training;

import dev.shoal.models.moe.Lora;

/**
 * How a model is trained.
 *
 * @param totalSteps steps in all
 * @param learningRate of each step
 * @param weightDecay of AdamW, on matrices only
 * @param maxGradientNorm gradients of a larger global norm are scaled down to it
 * @param distillation how much the teacher counts; without a teacher it must be {@link
 *     Distillation#NONE}
 * @param losses on what routers do, in every stage of a sparse model
 * @param temperature of the router in stage {@link TrainingStage#ROUTER}
 * @param lora adapters of stage {@link TrainingStage#EXPERTS}, unless the model has some already
 * @param seed the only source of chance in fresh adapters
 * @param memory what of a step is in memory at a time
 * @param deterministic whether a step must give the same bits every time also on a GPU, which costs
 *     speed there
 */
public record TrainingSettings(
    long totalSteps,
    LearningRate learningRate,
    double weightDecay,
    double maxGradientNorm,
    Distillation distillation,
    RouterLosses losses,
    double temperature,
    Lora lora,
    long seed,
    Memory memory,
    boolean deterministic) {

  /**
   * What of a step is in memory at a time.
   *
   * @param microBatchTokens most tokens of one forward and backward; gradients of a step's parts
   *     add up
   * @param segmentLayers layers whose activations are kept; with all layers nothing is computed
   *     twice
   * @param momentsOnHost whether the optimizer's moments are kept on the host and travel for every
   *     step; slower, with the same result
   */
  public record Memory(int microBatchTokens, int segmentLayers, boolean momentsOnHost) {

    /** Fast where memory allows it: all layers, 4,096 tokens. */
    public static final Memory AMPLE = new Memory(4096, Integer.MAX_VALUE);

    /** With the moments on the device. */
    public Memory(int microBatchTokens, int segmentLayers) {
      this(microBatchTokens, segmentLayers, false);
    }

    /** Rejects sizes of nothing. */
    public Memory {
      if (microBatchTokens < 1 || segmentLayers < 1) {
        throw new IllegalArgumentException(
            "a step takes %d tokens and %d layers at a time; both must be at least 1"
                .formatted(microBatchTokens, segmentLayers));
      }
    }
  }

  /** Rejects settings that cannot train. */
  public TrainingSettings {
    if (totalSteps < 1 || !(weightDecay >= 0) || !(maxGradientNorm > 0) || !(temperature > 0)) {
      throw new IllegalArgumentException(
          "training has %d steps, weight decay %s, gradient norm %s, temperature %s; steps, norm and temperature must be positive, the decay not negative"
              .formatted(totalSteps, weightDecay, maxGradientNorm, temperature));
    }
  }

  /** The published settings: no decay, norm 1, LoRA 8 with alpha 16, temperature by K. */
  public static TrainingSettings of(long totalSteps, LearningRate rate, int expertsPerToken) {
    return new TrainingSettings(
        totalSteps,
        rate,
        0,
        1,
        Distillation.NONE,
        RouterLosses.NONE,
        temperature(expertsPerToken),
        new Lora(8, 16),
        42,
        Memory.AMPLE,
        false);
  }

  /** 0.05 where one expert is used, nearly a choice from the start; 0.5 where several are. */
  public static double temperature(int expertsPerToken) {
    return expertsPerToken == 1 ? 0.05 : 0.5;
  }

  /** With a teacher. */
  public TrainingSettings with(Distillation other) {
    return with(other, losses, memory, deterministic);
  }

  /** With losses on what routers do. */
  public TrainingSettings with(RouterLosses other) {
    return with(distillation, other, memory, deterministic);
  }

  /** With other limits. */
  public TrainingSettings with(Memory other) {
    return with(distillation, losses, other, deterministic);
  }

  /** With the same bits every time, or as fast as can be. */
  public TrainingSettings with(boolean sameBits) {
    return with(distillation, losses, memory, sameBits);
  }

  private TrainingSettings with(
      Distillation teaching, RouterLosses routing, Memory limits, boolean sameBits) {
    return new TrainingSettings(
        totalSteps,
        learningRate,
        weightDecay,
        maxGradientNorm,
        teaching,
        routing,
        temperature,
        lora,
        seed,
        limits,
        sameBits);
  }
}
