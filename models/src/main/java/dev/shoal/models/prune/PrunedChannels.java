package dev.shoal.models.prune;

import dev.shoal.models.calibration.ChannelSpread;
import java.util.function.IntFunction;

/**
 * What pruning keeps of every layer, and the bias that stands in for the rest.
 *
 * @param kept channels in ascending order, [L, C]
 * @param meanBias mean contribution of the removed channels to the FFN's output, [L, H]
 */
public record PrunedChannels(int[][] kept, float[][] meanBias) {

  /**
   * Keeps the channels with the highest weighted variance.
   *
   * @param statistics of the calibration text
   * @param down down projection of a layer, [H, F] row-major
   * @param hidden H
   * @param width C
   */
  public static PrunedChannels of(
      ChannelSpread statistics, IntFunction<float[]> down, int hidden, int width) {
    int layers = statistics.layers();
    int[][] kept = new int[layers][];
    float[][] bias = new float[layers][];
    for (int layer = 0; layer < layers; layer++) {
      float[] projection = down.apply(layer);
      double[] score = ImportanceScore.wifv(statistics.variance(layer), projection, hidden);
      kept[layer] = ChannelSelection.top(score, width);
      bias[layer] = MeanBias.of(statistics.mean(layer), projection, hidden, kept[layer]);
    }
    return new PrunedChannels(kept, bias);
  }
}
