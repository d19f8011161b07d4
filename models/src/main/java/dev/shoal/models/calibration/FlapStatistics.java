package dev.shoal.models.calibration;

/**
 * The recurrence of the public FLAP code, for those who want its exact selection of channels.
 *
 * <p>Axes: L layers, F intermediate channels, T tokens of a window. Windows come one at a time;
 * with \( n \) windows before this one and its tokens \( x_t \):
 *
 * <p>\( m \leftarrow \frac{n\,m + \overline{x}}{n + 1}, \qquad f \leftarrow \frac{n - 1}{n} f +
 * \frac{1}{n + 1} \sum_t (x_t - m)^2 \) for n above 0, with the new m in both factors (the code
 * means the old mean in one of them, but updates it in place)
 *
 * <p>which after S windows is \( f = \frac{1}{S - 1} \sum_{i=2}^{S} \frac{i - 1}{i} s_i \), \( s_i
 * \) being the sum over window i around the mean so far.
 *
 * <ul>
 *   <li>The spread of the first window is dropped, later ones weigh nearly 1, and f is about T
 *       times the variance per token. {@link ChannelStatistics} ranks channels almost alike.
 *   <li>It depends on the order of the windows and cannot be merged: a group of data sets needs a
 *       pass over its own windows.
 *   <li>The original computes in fp16 where this is fp64.
 * </ul>
 */
public final class FlapStatistics implements ChannelSpread {

  private final long[] windows; // [L]
  private final double[][] mean; // [L, F]
  private final double[][] fluctuation; // [L, F]

  /** Statistics of no window: L layers of F channels, both at least 1. */
  public FlapStatistics(int layers, int channels) {
    windows = new long[layers];
    mean = new double[layers][channels];
    fluctuation = new double[layers][channels];
  }

  /** Continues from what {@link StatisticsFile} read. */
  FlapStatistics(long[] windows, double[][] mean, double[][] fluctuation) {
    this.windows = windows;
    this.mean = mean;
    this.fluctuation = fluctuation;
  }

  /**
   * Takes the next window of a layer.
   *
   * @param tokens T
   * @param mean of the window, [F]
   * @param m2 its sum of squared deviations from that mean, [F]
   */
  public void add(int layer, long tokens, double[] mean, double[] m2) {
    long n = windows[layer]++;
    for (int j = 0; j < mean.length; j++) {
      double now = (n * this.mean[layer][j] + mean[j]) / (n + 1);
      double apart = mean[j] - now;
      if (n > 0) {
        double around = m2[j] + tokens * apart * apart; // sum of (x - now)^2
        fluctuation[layer][j] = fluctuation[layer][j] * (n - 1) / n + around / (n + 1);
      }
      this.mean[layer][j] = now;
    }
  }

  @Override
  public int layers() {
    return windows.length;
  }

  /** F. */
  public int channels() {
    return mean[0].length;
  }

  /** Windows seen in one layer. */
  public long windows(int layer) {
    return windows[layer];
  }

  /** Running mean of every channel, [F], a copy. */
  @Override
  public double[] mean(int layer) {
    return mean[layer].clone();
  }

  /**
   * f of every channel, [F], a copy.
   *
   * @throws IllegalStateException when fewer than two windows were seen
   */
  @Override
  public double[] variance(int layer) {
    if (windows[layer] < 2) {
      throw new IllegalStateException(
          "FLAP statistics: layer %d has seen %d windows; the first is dropped, so give at least 2"
              .formatted(layer, windows[layer]));
    }
    return fluctuation[layer].clone();
  }

  /** f of every channel however many windows there were, [F], not copied. */
  double[] fluctuation(int layer) {
    return fluctuation[layer];
  }
}
