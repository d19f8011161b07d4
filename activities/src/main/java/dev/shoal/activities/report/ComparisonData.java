package dev.shoal.activities.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.activities.report.ReportData.Series;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Everything the page of a comparison tells; methods are in the order of its tables, the best
 * first.
 *
 * @param name of the comparison, or of what was compared
 * @param model that all began from, as the requests name it; null where they differ
 * @param dense what that model gave
 * @param methods runs that differ in their seeds alone are one
 * @param tasks scores on tasks; no rows where none were asked for
 * @param settings in which the methods differ: a row for each method, a column for each field
 * @param curves of training, named by run
 * @param runs each with its state
 * @param command that makes the page again
 * @param request of the comparison; null where runs were named one by one
 */
public record ComparisonData(
    String name,
    String model,
    Dense dense,
    List<Method> methods,
    Table tasks,
    Table settings,
    List<Series> curves,
    Table runs,
    String command,
    JsonNode request) {

  /** Those of which a perplexity is known. */
  List<Method> judged() {
    return methods.stream().filter(method -> method.perplexity().told() != null).toList();
  }

  /** Whether the two halves of the windows were judged apart. */
  boolean halves() {
    return judged().stream().anyMatch(method -> method.perplexity().report() != null);
  }

  /**
   * What all are measured against.
   *
   * @param parameters in all, each of them active; null where it is not known
   * @param perplexity geometric mean over data sets
   * @param dataSets perplexity by data set; empty where it was not judged
   */
  public record Dense(Double parameters, Figure perplexity, Map<String, Double> dataSets) {}

  /**
   * A way to make a mixture, and what its last model gave.
   *
   * @param name of its run
   * @param runs one for each seed
   * @param experts how they are made
   * @param trained what was trained; empty for nothing
   * @param tokens of training
   * @param size of the model
   * @param perplexity geometric mean over data sets
   * @param dataSets perplexity by data set, mean over seeds
   */
  public record Method(
      String name,
      int runs,
      String experts,
      String trained,
      long tokens,
      Size size,
      Figure perplexity,
      Map<String, Double> dataSets) {}

  /**
   * How large a model is; null where it is not known.
   *
   * @param parameters in all
   * @param active those that one token uses
   * @param feedForwards how many dense FFNs the experts of a layer hold, and how many are at work
   * @param flops floating-point operations per token of a forward pass
   */
  public record Size(Double parameters, Double active, String feedForwards, Double flops) {}

  /**
   * A perplexity over all windows, and over each half of them; null where it was not judged.
   *
   * @param all over all windows
   * @param choose over the half that a choice may be made by
   * @param report over the other half
   */
  public record Figure(Interval all, Interval choose, Interval report) {

    /** What a reader may be told: the half that nobody chose by, where they were judged apart. */
    Interval told() {
      return report == null ? all : report;
    }
  }

  /**
   * A mean over seeds.
   *
   * @param mean the mean
   * @param halfWidth half the 95 % confidence interval; NaN for a single run
   */
  public record Interval(double mean, double halfWidth) {

    boolean overlaps(Interval other) {
      return Math.abs(mean - other.mean) <= halfWidth + other.halfWidth;
    }

    /** Both with the digits after the point that the mean has. */
    @Override
    public String toString() {
      String text = Chart.number(mean);
      int digits = text.contains(".") ? text.length() - text.indexOf('.') - 1 : 0;
      return Double.isNaN(halfWidth)
          ? text
          : text + " ± " + String.format(Locale.ROOT, "%." + digits + "f", halfWidth);
    }
  }
}
