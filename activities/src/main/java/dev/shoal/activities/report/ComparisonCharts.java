package dev.shoal.activities.report;

import dev.shoal.activities.report.ComparisonData.Interval;
import dev.shoal.activities.report.ComparisonData.Method;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** How good the methods of a comparison are, as pictures. */
final class ComparisonCharts {

  /** Bars beside the dense model's that a reader can tell apart: the palette has eight colours. */
  private static final int MOST_BARS = 7;

  private ComparisonCharts() {}

  static Section sizes(ComparisonData data) {
    Section section = new Section("sizes", "Perplexity against size");
    List<Chart.Dot> active = dots(data, method -> method.size().active());
    List<Chart.Dot> all = dots(data, method -> method.size().parameters());
    if (active.isEmpty()) {
      return section.text("No mixture of known size has been judged.");
    }
    String y = "perplexity";
    return section
        .text(
            "Lower is better, and so is further left: active parameters are what a token costs, those"
                + " in all are what must be stored. Perplexities are those of the column `to report`,"
                + " or over all windows where the halves were not judged apart.")
        .chart(
            new Chart.Dots("Perplexity against active parameters", "active parameters", y, active))
        .chart(new Chart.Dots("Perplexity against parameters in all", "parameters in all", y, all));
  }

  private static List<Chart.Dot> dots(ComparisonData data, Function<Method, Double> size) {
    return data.judged().stream()
        .filter(method -> size.apply(method) != null)
        .map(method -> dot(method.name(), size.apply(method), method.perplexity().told()))
        .toList();
  }

  private static Chart.Dot dot(String name, double size, Interval value) {
    boolean single = Double.isNaN(value.halfWidth());
    return new Chart.Dot(
        name,
        size,
        value.mean(),
        single ? null : value.mean() - value.halfWidth(),
        single ? null : value.mean() + value.halfWidth());
  }

  static Section dataSets(ComparisonData data) {
    Section section = new Section("perplexity", "Perplexity by data set");
    Set<String> sets = new LinkedHashSet<>(data.dense().keySet());
    data.methods().forEach(method -> sets.addAll(method.dataSets().keySet()));
    if (sets.isEmpty()) {
      return section.text("No model has been judged.");
    }
    Chart.Bar dense = new Chart.Bar("dense", sets.stream().map(data.dense()::get).toList());
    List<Chart.Bar> bars =
        Stream.concat(
                data.dense().isEmpty() ? Stream.empty() : Stream.of(dense),
                data.judged().stream()
                    .limit(MOST_BARS)
                    .map(
                        m ->
                            new Chart.Bar(m.name(), sets.stream().map(m.dataSets()::get).toList())))
            .toList();
    section.text(
        "Per token, over all windows of documents kept apart for judging; lower is better."
            + (data.judged().size() > MOST_BARS
                ? " The %d best methods; `shoal compare --data-sets` lists all."
                    .formatted(MOST_BARS)
                : ""));
    return section.chart(
        new Chart.Bars(
            "Perplexity of each method on each data set", "perplexity", List.copyOf(sets), bars));
  }
}
