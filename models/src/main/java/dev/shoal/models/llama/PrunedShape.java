package dev.shoal.models.llama;

import com.google.errorprone.annotations.FormatMethod;
import dev.shoal.models.config.LlamaConfig;

/** Rules for cutting channels out of a dense model. */
final class PrunedShape {

  private PrunedShape() {}

  /** Refuses a choice of channels that does not fit the model. */
  static void check(LlamaConfig config, int[][] kept, float[][] bias) {
    require(
        kept.length == config.numLayers(),
        "kept channels are given for %d layers; the model has %d",
        kept.length,
        config.numLayers());
    for (int l = 0; l < kept.length; l++) {
      require(
          kept[l].length == kept[0].length && kept[l].length > 0,
          "layer %d keeps %d channels; it must keep as many as layer 0, at least one",
          l,
          kept[l].length);
      for (int i = 0; i < kept[l].length; i++) {
        int above = i == 0 ? -1 : kept[l][i - 1];
        require(
            kept[l][i] > above && kept[l][i] < config.intermediateSize(),
            "layer %d keeps channel %d; channels must ascend and be below %d",
            l,
            kept[l][i],
            config.intermediateSize());
      }
      require(
          bias == null || bias[l].length == config.hiddenSize(),
          "the bias of layer %d does not have one value for each of the %d hidden units",
          l,
          config.hiddenSize());
    }
  }

  @FormatMethod
  private static void require(boolean holds, String message, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(message.formatted(values));
    }
  }
}
