package dev.shoal.models.affinity;

import java.util.Arrays;

/** Distance between profiles that differ in shape, whatever their level and scale. */
public final class PearsonDistance {

  private PearsonDistance() {}

  /**
   * \( d_{ab} = 1 - \mathrm{corr}(x_a, x_b) \), in [0, 2], for every pair of rows.
   *
   * <p>A constant row has no correlation with anything: its distance to every other row is 1. Every
   * row has distance 0 to itself. The result is symmetric and free of NaN.
   *
   * @param rows finite values, [D, M]
   * @return [D, D]
   */
  public static double[][] of(double[][] rows) {
    int size = rows.length;
    double[][] unit =
        Arrays.stream(rows).map(PearsonDistance::standardised).toArray(double[][]::new);
    double[][] distance = new double[size][size];
    for (int a = 0; a < size; a++) {
      for (int b = a + 1; b < size; b++) {
        double correlation = Math.max(-1, Math.min(1, dot(unit[a], unit[b])));
        distance[a][b] = 1 - correlation;
        distance[b][a] = distance[a][b];
      }
    }
    return distance;
  }

  /** The row centred and scaled to length 1; zeros for a constant row. */
  private static double[] standardised(double[] row) {
    double scale = spread(row);
    if (scale == 0) { // asked of the values: a rounded mean can leave dust on constant rows
      return new double[row.length];
    }
    double mean = Arrays.stream(row).sum() / row.length;
    double[] centred = Arrays.stream(row).map(x -> (x - mean) / scale).toArray();
    double norm = Math.sqrt(dot(centred, centred));
    return Arrays.stream(centred).map(x -> x / norm).toArray();
  }

  private static double spread(double[] row) {
    return Arrays.stream(row).max().orElse(0) - Arrays.stream(row).min().orElse(0);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
