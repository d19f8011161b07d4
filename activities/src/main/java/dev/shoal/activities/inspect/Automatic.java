package dev.shoal.activities.inspect;

import dev.shoal.workflows.request.Numerics;
import dev.shoal.workflows.request.ReconstructionRequest;
import dev.shoal.workflows.request.Training;

/** What {@code auto} means for a given model and amount of text. */
final class Automatic {

  private static final long MOST_EXPERT_TOKENS = 5_000_000_000L;

  /** Peak learning rates by parameters of the dense model; larger models take smaller steps. */
  private static final long SMALL = 100_000_000L;

  private static final long MIDDLE = 1_000_000_000L;

  private Automatic() {}

  static ReconstructionRequest resolve(
      ReconstructionRequest request, long parameters, long trainTokens) {
    return request.with(training(request, parameters, trainTokens), numerics(request.numerics()));
  }

  private static Training training(
      ReconstructionRequest request, long parameters, long trainTokens) {
    Training given = request.training();
    boolean single = request.experts().expertsPerToken() == 1;
    return new Training(
        given.routerTokens(),
        or(given.expertTokens(), Math.min(MOST_EXPERT_TOKENS, 2 * trainTokens)),
        or(given.weights(), Training.TrainedWeights.LORA),
        given.lora(),
        given.distillation(),
        or(given.learningRate(), learningRate(parameters)),
        given.batchTokens(),
        given.warmupRatio(),
        given.lrScheduler(),
        given.weightDecay(),
        given.sequenceTokens(),
        or(given.routerTemperature(), single ? 0.05 : 0.5),
        given.seed());
  }

  private static double learningRate(long parameters) {
    if (parameters < SMALL) {
      return 1e-3;
    }
    return parameters < MIDDLE ? 3e-4 : 1e-4;
  }

  private static Numerics numerics(Numerics given) {
    return new Numerics(
        or(given.device(), Numerics.Device.CPU),
        or(given.dtype(), Numerics.ComputeType.FLOAT32),
        given.deterministic());
  }

  private static <T> T or(T given, T automatic) {
    return given == null ? automatic : given;
  }
}
