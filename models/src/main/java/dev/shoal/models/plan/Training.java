package dev.shoal.models.plan;

/**
 * How a stage trains.
 *
 * @param weights what it changes
 * @param sequenceTokens S, tokens of one window
 * @param distillation whether the dense model runs beside it as the teacher
 */
public record Training(TrainedWeights weights, int sequenceTokens, boolean distillation) {

  /** Refuses empty windows. */
  public Training {
    ModelShape.positive("training.sequence_tokens", sequenceTokens);
  }

  Training withWeights(TrainedWeights other) {
    return new Training(other, sequenceTokens, distillation);
  }

  Training withSequenceTokens(int other) {
    return new Training(weights, other, distillation);
  }

  Training withoutDistillation() {
    return new Training(weights, sequenceTokens, false);
  }
}
