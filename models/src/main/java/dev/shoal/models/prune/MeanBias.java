package dev.shoal.models.prune;

/** The bias of {@link Compensation#BIAS}. */
public final class MeanBias {

  private MeanBias() {}

  /**
   * What the removed channels add to the output on average: \( b_i = \sum_{j \notin K} W_{ij} m_j
   * \).
   *
   * <p>With it the mean output over the calibration tokens equals that of the dense FFN, given
   * equal inputs. Keeping everything gives zeros.
   *
   * @param mean mean of each channel, [F]
   * @param down weight of {@code down_proj}, [H, F] row-major
   * @param hidden H
   * @param kept indices of the kept channels, ascending
   * @return bias, [H]; summed in fp64, rounded once
   */
  public static float[] of(double[] mean, float[] down, int hidden, int[] kept) {
    int channels = mean.length;
    DownProjection.check(down, hidden, channels);
    double[] removed = mean.clone(); // [F], zero where kept
    for (int j : kept) {
      removed[j] = 0;
    }
    float[] bias = new float[hidden];
    for (int i = 0; i < hidden; i++) {
      double sum = 0;
      for (int j = 0; j < channels; j++) {
        sum += down[i * channels + j] * removed[j];
      }
      bias[i] = (float) sum;
    }
    return bias;
  }
}
