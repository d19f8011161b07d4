package dev.shoal.models.prune;

/**
 * How much the output of the FFN would miss a channel. Higher is kept longer.
 *
 * <p>Axes: H hidden, F intermediate channels.
 */
public final class ImportanceScore {

  private ImportanceScore() {}

  /**
   * Weighted input feature variance (WIFV, from FLAP): \( s_j = \mathrm{var}(h_j) \sum_i W_{ij}^2
   * \), the variance that channel j alone brings to the output.
   *
   * @param variance per-token variance of each channel, [F]
   * @param down weight of {@code down_proj}, [H, F] row-major
   * @param hidden H
   * @return score of each channel, [F]
   */
  public static double[] wifv(double[] variance, float[] down, int hidden) {
    int channels = variance.length;
    DownProjection.check(down, hidden, channels);
    double[] score = new double[channels]; // column norms first
    for (int i = 0; i < hidden; i++) {
      int row = i * channels;
      for (int j = 0; j < channels; j++) {
        double weight = down[row + j];
        score[j] += weight * weight;
      }
    }
    for (int j = 0; j < channels; j++) {
      score[j] *= variance[j];
    }
    return score;
  }
}
