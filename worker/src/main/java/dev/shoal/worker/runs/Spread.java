package dev.shoal.worker.runs;

import java.util.List;
import java.util.Locale;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * One figure of runs that differ in their seed alone.
 *
 * @param values at least one
 */
record Spread(List<Double> values) {

  private static final double CONFIDENCE = 0.95;

  double mean() {
    return values.stream().mapToDouble(value -> value).average().orElseThrow();
  }

  /**
   * Half the width of the interval that holds the mean over all seeds with a confidence of 95 %:
   * Student's t with n - 1 degrees of freedom times the standard error; NaN for one value.
   */
  double halfWidth() {
    int n = values.size();
    if (n < 2) {
      return Double.NaN;
    }
    double mean = mean();
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    double t = TDistribution.of(n - 1).inverseCumulativeProbability((1 + CONFIDENCE) / 2);
    return t * Math.sqrt(squares / (n - 1) / n);
  }

  /** The mean, and with several values the interval. */
  String text(String format) {
    String mean = String.format(Locale.ROOT, format, mean());
    return values.size() < 2
        ? mean
        : mean + " ± " + String.format(Locale.ROOT, format, halfWidth());
  }
}
