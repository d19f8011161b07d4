package dev.shoal.models.plan;

/**
 * The sizes of a mixture of experts made from a dense model.
 *
 * @param dense the model it comes from
 * @param experts E, per layer
 * @param expertsPerToken K
 * @param expertChannels C, intermediate channels of one expert
 * @param cuts whether gate and up of untrained experts are rows of the dense FFN's
 */
public record MoeShape(
    ModelShape dense, int experts, int expertsPerToken, int expertChannels, boolean cuts) {

  /** Of cuts of the dense FFN, as most experts are. */
  public MoeShape(ModelShape dense, int experts, int expertsPerToken, int expertChannels) {
    this(dense, experts, expertsPerToken, expertChannels, true);
  }

  /** Refuses what cannot be built. */
  public MoeShape {
    ModelShape.positive("experts.num_experts", experts);
    if (expertsPerToken < 1 || expertsPerToken > experts) {
      throw new IllegalArgumentException(
          "experts.experts_per_token: %d; it must be in [1, %d], lower it or add experts"
              .formatted(expertsPerToken, experts));
    }
    if (expertChannels < 1 || expertChannels > dense.intermediate()) {
      throw new IllegalArgumentException(
          "experts.width: %d channels; it must be in [1, %d], the dense FFN has no more"
              .formatted(expertChannels, dense.intermediate()));
    }
  }

  /** Router weights of all layers: L E H. */
  long routerWeights() {
    return (long) dense.layers() * experts * dense.hidden();
  }

  /** Intermediate channels of the dense model that any expert keeps, at most. */
  long keptChannels() {
    return Math.min(dense.intermediate(), (long) experts * expertChannels);
  }

  /** FFN weights of so many experts in every layer. */
  long expertWeights(int ofExperts) {
    return dense.ffnWeights(expertChannels) * dense.layers() * ofExperts;
  }
}
