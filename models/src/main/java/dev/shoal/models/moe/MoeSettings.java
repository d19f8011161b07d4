package dev.shoal.models.moe;

import dev.shoal.models.config.LlamaConfig;

/**
 * How experts are used.
 *
 * @param experts E
 * @param expertsPerToken K, in [1, E]
 * @param routerSeed the only source of chance in a fresh router
 */
public record MoeSettings(int experts, int expertsPerToken, long routerSeed) {

  /** Rejects a choice that no router can make. */
  public MoeSettings {
    if (experts < 1 || expertsPerToken < 1 || expertsPerToken > experts) {
      throw new IllegalArgumentException(
          "experts per token is %d of %d experts; it must be at least 1 and at most all of them"
              .formatted(expertsPerToken, experts));
    }
  }

  /** Refuses experts that were built for another model. */
  void requireFit(LlamaConfig config, ExpertSet set) {
    if (set.experts() != experts || set.layers() != config.numLayers()) {
      throw new IllegalArgumentException(
          "the expert set has %d experts over %d layers; the model needs %d over %d, build the experts for it"
              .formatted(set.experts(), set.layers(), experts, config.numLayers()));
    }
  }
}
