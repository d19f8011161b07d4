package dev.shoal.activities.inspect;

import dev.shoal.activities.devices.WorkerDevices;
import dev.shoal.workflows.request.Numerics;
import dev.shoal.workflows.request.ReconstructionRequest;
import dev.shoal.workflows.request.Training;
import java.util.function.Predicate;

/** What {@code auto} means for a given model, amount of text and worker. */
final class Automatic {

  private static final long MOST_EXPERT_TOKENS = 5_000_000_000L;

  /** Peak learning rates by parameters of the dense model; larger models take smaller steps. */
  private static final long SMALL = 100_000_000L;

  private static final long MIDDLE = 1_000_000_000L;

  private Automatic() {}

  /**
   * The request without anything automatic.
   *
   * @param parameters of the dense model
   * @param trainTokens of the text to train on
   * @param fits whether a request that trains all weights has room for them
   */
  static ReconstructionRequest resolve(
      ReconstructionRequest request,
      long parameters,
      long trainTokens,
      WorkerDevices devices,
      Predicate<ReconstructionRequest> fits) {
    Training.TrainedWeights given = request.training().weights();
    Training.TrainedWeights most = or(given, Training.TrainedWeights.FULL);
    Numerics numerics = numerics(request.numerics(), devices);
    ReconstructionRequest resolved =
        request.with(training(request, most, parameters, trainTokens), numerics);
    if (given != null || fits.test(resolved)) {
      return resolved;
    }
    Training.TrainedWeights few = Training.TrainedWeights.LORA;
    return request.with(training(request, few, parameters, trainTokens), numerics);
  }

  private static Training training(
      ReconstructionRequest request,
      Training.TrainedWeights weights,
      long parameters,
      long trainTokens) {
    Training given = request.training();
    boolean single = request.experts().expertsPerToken() == 1;
    return new Training(
        given.routerTokens(),
        or(given.expertTokens(), Math.min(MOST_EXPERT_TOKENS, 2 * trainTokens)),
        weights,
        given.lora(),
        given.distillation(),
        given.losses(),
        or(given.learningRate(), learningRate(parameters, weights)),
        given.batchTokens(),
        given.warmupRatio(),
        given.lrScheduler(),
        given.weightDecay(),
        given.sequenceTokens(),
        or(given.routerTemperature(), single ? 0.05 : 0.5),
        given.seed(),
        given.fromCheckpoint());
  }

  /** Weights of larger models that exist already are moved less than fresh adapters. */
  private static double learningRate(long parameters, Training.TrainedWeights weights) {
    boolean full = weights == Training.TrainedWeights.FULL;
    if (parameters < SMALL) {
      return 3e-3; // chosen among 1, 2 and 3e-3 at 27 million, for full and for adapters
    }
    if (parameters < MIDDLE) {
      return full ? 1e-4 : 3e-4;
    }
    return full ? 3e-5 : 1e-4;
  }

  private static Numerics numerics(Numerics given, WorkerDevices devices) {
    Numerics.Device device = or(given.device(), devices.automatic());
    return new Numerics(
        device, or(given.dtype(), WorkerDevices.automatic(device)), given.deterministic());
  }

  private static <T> T or(T given, T automatic) {
    return given == null ? automatic : given;
  }
}
