package dev.shoal.models.calibration;

/**
 * Count, mean and sum of squared deviations of every intermediate channel of every layer.
 *
 * <p>Axes: L layers, F intermediate channels, N tokens. The observed value is the input of {@code
 * down_proj}, \( h = \mathrm{SiLU}(x W_g^\top) \odot x W_u^\top \), one value per token and
 * channel. Two pieces A and B with means \( \bar a, \bar b \) merge by Chan's formula, with \(
 * \delta = \bar b - \bar a \) and \( n = n_A + n_B \):
 *
 * <p>\( \mathrm{mean} = \bar a + \delta\, n_B / n, \qquad M_2 = M_{2,A} + M_{2,B} + \delta^2 n_A
 * n_B / n \)
 *
 * <ul>
 *   <li>Any split of the tokens in any order gives the two-pass result up to fp64 rounding. The
 *       relative error of the variance is at most about ulp(mean) / standard deviation, as a merged
 *       mean is rounded to fp64; sums of squares would lose the square of that.
 *   <li>Every layer has a count of its own, since a pass may be interrupted between two layers.
 *   <li>Not safe for use by several threads at once; let each thread fill its own and add them up.
 * </ul>
 */
public final class ChannelStatistics implements ChannelSpread {

  private final int channels;
  private final long[] count; // [L]
  private final double[][] mean; // [L, F]
  private final double[][] m2; // [L, F]

  /**
   * Statistics of nothing: every count is zero.
   *
   * @param layers L, at least 1
   * @param channels F, at least 1
   */
  public ChannelStatistics(int layers, int channels) {
    if (layers < 1 || channels < 1) {
      throw new IllegalArgumentException(
          "channel statistics: %d layers of %d channels; both must be at least 1"
              .formatted(layers, channels));
    }
    this.channels = channels;
    this.count = new long[layers];
    this.mean = new double[layers][channels];
    this.m2 = new double[layers][channels];
  }

  /** L. */
  @Override
  public int layers() {
    return count.length;
  }

  /** F. */
  public int channels() {
    return channels;
  }

  /**
   * Merges the moments of more tokens into one layer. Nothing is changed when they are refused.
   *
   * @param count tokens seen, at least 0; with 0 the other arguments do not matter
   * @param mean mean over those tokens, [F]
   * @param m2 sum of squared deviations from that mean, [F]
   * @throws IllegalArgumentException when a length is not F, a value is not finite or m2 negative
   */
  public void add(int layer, long count, double[] mean, double[] m2) {
    check(layer, count, mean, m2);
    if (count == 0) {
      return;
    }
    long total = Math.addExact(this.count[layer], count);
    double share = (double) count / total;
    double weight = this.count[layer] * share; // n_A n_B / n
    for (int j = 0; j < channels; j++) {
      double delta = mean[j] - this.mean[layer][j];
      this.mean[layer][j] += delta * share;
      this.m2[layer][j] += m2[j] + delta * delta * weight;
    }
    this.count[layer] = total;
  }

  /** The statistics of both token sets together; neither operand changes. */
  public ChannelStatistics plus(ChannelStatistics other) {
    if (other.layers() != layers() || other.channels != channels) {
      throw new IllegalArgumentException(
          "channel statistics: cannot add %d layers of %d channels to %d layers of %d channels; both must come from the same model"
              .formatted(other.layers(), other.channels, layers(), channels));
    }
    ChannelStatistics sum = new ChannelStatistics(layers(), channels);
    for (int layer = 0; layer < layers(); layer++) {
      sum.add(layer, count[layer], mean[layer], m2[layer]);
      sum.add(layer, other.count[layer], other.mean[layer], other.m2[layer]);
    }
    return sum;
  }

  /** Tokens seen in one layer. */
  public long count(int layer) {
    return count[layer];
  }

  /** Mean of every channel, [F], a copy. Zero where nothing was seen. */
  @Override
  public double[] mean(int layer) {
    return mean[layer].clone();
  }

  /** Sum of squared deviations from the mean, [F], a copy. */
  public double[] m2(int layer) {
    return m2[layer].clone();
  }

  /**
   * Sample variance per token, \( M_2 / (n - 1) \), [F].
   *
   * @throws IllegalStateException when fewer than two tokens were seen
   */
  @Override
  public double[] variance(int layer) {
    if (count[layer] < 2) {
      throw new IllegalStateException(
          "channel statistics: layer %d has seen %d tokens; a variance needs at least 2, calibrate it first"
              .formatted(layer, count[layer]));
    }
    double[] variance = m2[layer].clone();
    for (int j = 0; j < channels; j++) {
      variance[j] /= count[layer] - 1;
    }
    return variance;
  }

  private void check(int layer, long count, double[] mean, double[] m2) {
    if (layer < 0 || layer >= layers()) {
      throw new IllegalArgumentException(
          "channel statistics: layer %d of %d layers; layers count from 0"
              .formatted(layer, layers()));
    }
    if (count < 0) {
      throw new IllegalArgumentException(
          "channel statistics: layer %d: count is %d; it must not be negative"
              .formatted(layer, count));
    }
    if (count > 0) {
      checkMoments(layer, mean, m2);
    }
  }

  private void checkMoments(int layer, double[] mean, double[] m2) {
    if (mean.length != channels || m2.length != channels) {
      throw new IllegalArgumentException(
          "channel statistics: layer %d: %d means and %d squared deviations; the model has %d channels"
              .formatted(layer, mean.length, m2.length, channels));
    }
    for (int j = 0; j < channels; j++) {
      if (!Double.isFinite(mean[j]) || !Double.isFinite(m2[j]) || m2[j] < 0) {
        throw new IllegalArgumentException(
            "channel statistics: layer %d, channel %d: mean %s, squared deviations %s; both must be finite and the second not negative, so the model or its input is damaged"
                .formatted(layer, j, mean[j], m2[j]));
      }
    }
  }
}
