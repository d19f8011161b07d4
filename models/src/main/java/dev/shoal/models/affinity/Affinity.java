package dev.shoal.models.affinity;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Perplexities \( P_{ij} \) on data set j of the dense model pruned with the statistics of data set
 * i, for D data sets.
 *
 * @param names of the data sets, D of them, all different
 * @param perplexities row = calibrated on, column = evaluated on, [D, D]; finite and above 0
 */
public record Affinity(List<String> names, List<List<Double>> perplexities) {

  /** Refuses what is not a square matrix of perplexities. */
  public Affinity {
    names = List.copyOf(names);
    perplexities = perplexities.stream().map(List::copyOf).toList();
    if (names.isEmpty() || names.stream().distinct().count() != names.size()) {
      throw new IllegalArgumentException(
          "affinity: the data sets are %s; at least one is needed and names must differ"
              .formatted(names));
    }
    checkSquare(names.size(), perplexities);
    checkValues(names, perplexities);
  }

  /** The same from a plain matrix, [D, D]. */
  public static Affinity of(List<String> names, double[][] perplexities) {
    return new Affinity(
        names,
        Arrays.stream(perplexities).map(row -> DoubleStream.of(row).boxed().toList()).toList());
  }

  /** D. */
  public int size() {
    return names.size();
  }

  /** P as a plain matrix, [D, D], a copy. */
  public double[][] matrix() {
    return perplexities.stream()
        .map(row -> row.stream().mapToDouble(Double::doubleValue).toArray())
        .toArray(double[][]::new);
  }

  /**
   * \( A_{ij} = \min_r P_{rj} / P_{ij} \), in (0, 1], [D, D]. Columns become comparable; 1 marks
   * the best calibration for data set j.
   */
  public double[][] normalised() {
    double[][] value = matrix();
    for (int j = 0; j < size(); j++) {
      double best = bestOfColumn(j);
      for (int i = 0; i < size(); i++) {
        value[i][j] = best / value[i][j];
      }
    }
    return value;
  }

  /**
   * Number of data sets whose own statistics prune best for them: columns with the smallest
   * perplexity on the diagonal. A tie with another row counts.
   */
  public int diagonalWins() {
    int wins = 0;
    for (int j = 0; j < size(); j++) {
      wins += perplexities.get(j).get(j) <= bestOfColumn(j) ? 1 : 0;
    }
    return wins;
  }

  private double bestOfColumn(int column) {
    return perplexities.stream().mapToDouble(row -> row.get(column)).min().orElseThrow();
  }

  private static void checkSquare(int size, List<List<Double>> rows) {
    if (rows.size() != size || rows.stream().anyMatch(row -> row.size() != size)) {
      throw new IllegalArgumentException(
          "affinity: rows of %s perplexities for %d data sets; every data set needs a row and a column"
              .formatted(rows.stream().map(List::size).toList(), size));
    }
  }

  private static void checkValues(List<String> names, List<List<Double>> rows) {
    for (int i = 0; i < names.size(); i++) {
      for (int j = 0; j < names.size(); j++) {
        double value = rows.get(i).get(j);
        if (!(value > 0 && Double.isFinite(value))) {
          throw new IllegalArgumentException(
              "affinity: the model calibrated on %s has perplexity %s on %s; it must be finite and above 0, measure that row again"
                  .formatted(names.get(i), value, names.get(j)));
        }
      }
    }
  }
}
