package dev.shoal.models.tasks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Results of items become the numbers of the harness, by its formulas. */
final class Metrics {

  private Metrics() {}

  /**
   * The metrics of a type.
   *
   * <ul>
   *   <li>{@code multiple_choice}: {@code acc}, {@code acc_norm} (per character), {@code acc_bytes}
   *       and {@code exact_match} (the right choice is what greedy decoding writes).
   *   <li>{@code loglikelihood}: {@code perplexity}, \( \exp(-\frac1n \sum_i \ell_i) \) over items,
   *       and {@code acc}, the share that greedy decoding writes.
   *   <li>{@code loglikelihood_rolling}: {@code word_perplexity} and {@code byte_perplexity}, \(
   *       \exp(-\sum \ell / \sum n) \) with n words or UTF-8 bytes, and {@code bits_per_byte}.
   * </ul>
   */
  static Map<String, Double> of(OutputType type, List<ItemResult> items) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    switch (type) {
      case MULTIPLE_CHOICE -> {
        share(metrics, "acc", items, item -> item.chosen() == item.label() ? 1 : 0);
        share(metrics, "acc_norm", items, i -> i.chosenByCharacters() == i.label() ? 1 : 0);
        share(metrics, "acc_bytes", items, i -> i.chosenByBytes() == i.label() ? 1 : 0);
        share(metrics, "exact_match", items, item -> item.answer().greedy() ? 1 : 0);
      }
      case LOGLIKELIHOOD -> {
        double[] values = values(items, item -> item.answer().logLikelihood());
        metrics.put("perplexity", Math.exp(-mean(values)));
        if (values.length > 1) {
          metrics.put("perplexity_stderr", Bootstrap.perplexityError(values));
        }
        share(metrics, "acc", items, item -> item.answer().greedy() ? 1 : 0);
      }
      case LOGLIKELIHOOD_ROLLING -> {
        double words = -perUnit(items, item -> item.answer().words());
        double bytes = -perUnit(items, item -> item.answer().bytes());
        metrics.put("word_perplexity", Math.exp(words));
        metrics.put("byte_perplexity", Math.exp(bytes));
        metrics.put("bits_per_byte", bytes / Math.log(2));
      }
      case GENERATE_UNTIL -> throw new IllegalArgumentException("what is generated has no scores");
    }
    return metrics;
  }

  /** Whether more of a metric is better. */
  static boolean higherIsBetter(String metric) {
    return switch (metric) {
      case "acc", "acc_norm", "acc_bytes", "exact_match" -> true;
      default -> false;
    };
  }

  /** \( \exp \) of the mean over windows of each window's mean negative log-likelihood. */
  static double tokenPerplexity(double[] windowLogLikelihoods, int windowTokens) {
    return Math.exp(-mean(windowLogLikelihoods) / (windowTokens - 1));
  }

  private static double perUnit(List<ItemResult> items, ToDoubleFunction<ItemResult> units) {
    double sum = sum(values(items, item -> item.answer().logLikelihood()));
    return sum / sum(values(items, units));
  }

  /** A mean with its standard error, the sample's standard deviation over the root of n. */
  private static void share(
      Map<String, Double> metrics,
      String name,
      List<ItemResult> items,
      ToDoubleFunction<ItemResult> value) {
    double[] values = values(items, value);
    double mean = mean(values);
    metrics.put(name, mean);
    if (values.length > 1) {
      double squares = 0;
      for (double x : values) {
        squares += (x - mean) * (x - mean);
      }
      double deviation = Math.sqrt(squares / (values.length - 1));
      metrics.put(name + "_stderr", deviation / Math.sqrt(values.length));
    }
  }

  private static double[] values(List<ItemResult> items, ToDoubleFunction<ItemResult> value) {
    return items.stream().mapToDouble(value).toArray();
  }

  private static double mean(double[] values) {
    return sum(values) / values.length;
  }

  /** From left to right, as Python adds up; a stream would compensate. */
  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
