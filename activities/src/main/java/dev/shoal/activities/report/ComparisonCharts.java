package dev.shoal.activities.report;

import dev.shoal.activities.report.ComparisonData.Interval;
import dev.shoal.activities.report.ComparisonData.Method;
import dev.shoal.activities.report.ComparisonData.Size;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** How good the methods of a comparison are, as pictures. */
final class ComparisonCharts {

  /** Bars beside the dense model's that a reader can tell apart: the palette has eight colours. */
  private static final int MOST_BARS = 7;

  private static final String DENSE = "dense";

  private ComparisonCharts() {}

  static Section sizes(ComparisonData data) {
    Section section = new Section("sizes", "Perplexity against size");
    List<Method> known =
        data.judged().stream().filter(method -> method.size().active() != null).toList();
    if (known.isEmpty()) {
      return section.text("No mixture of known size has been judged.");
    }
    section.text(
        "Lower is better, and so is further left: active parameters are what a token costs, those"
            + " in all are what must be stored. Perplexities are "
            + (data.halves()
                ? "over the half of the windows `to report`, of the dense model too."
                : "over all windows."));
    size(section, data, known, "active parameters", Size::active);
    size(section, data, known, "parameters in all", Size::parameters);
    return section;
  }

  /** A picture only where methods differ: dots above each other tell no more than the table. */
  private static void size(
      Section section,
      ComparisonData data,
      List<Method> known,
      String x,
      Function<Size, Double> size) {
    List<Chart.Dot> dots = new ArrayList<>();
    known.forEach(m -> dots.add(dot(m.name(), size.apply(m.size()), m.perplexity().told())));
    if (known.size() > 1 && dots.stream().map(Chart.Dot::x).distinct().count() == 1) {
      section.text(
          "All methods have %s %s%s: there is nothing to draw."
              .formatted(ComparisonSections.amount(dots.get(0).x()), x, dense(data)));
      return;
    }
    Interval told = data.dense().perplexity().told();
    Double parameters = data.dense().parameters();
    Chart.Dot dense = told == null || parameters == null ? null : dot(DENSE, parameters, told);
    section.chart(new Chart.Dots("Perplexity against " + x, x, "perplexity", dots, dense));
  }

  private static String dense(ComparisonData data) {
    Double parameters = data.dense().parameters();
    return parameters == null ? "" : ", the dense model " + ComparisonSections.amount(parameters);
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
    Set<String> sets = new LinkedHashSet<>(data.dense().dataSets().keySet());
    data.methods().forEach(method -> sets.addAll(method.dataSets().keySet()));
    if (sets.isEmpty()) {
      return section.text("No model has been judged.");
    }
    Chart.Bar dense =
        new Chart.Bar(DENSE, sets.stream().map(data.dense().dataSets()::get).toList());
    List<Chart.Bar> bars =
        Stream.concat(
                data.dense().dataSets().isEmpty() ? Stream.empty() : Stream.of(dense),
                data.judged().stream()
                    .limit(MOST_BARS)
                    .map(
                        m ->
                            new Chart.Bar(m.name(), sets.stream().map(m.dataSets()::get).toList())))
            .toList();
    section.text(
        "Per token, over all windows of documents kept apart for judging; lower is better."
            + (data.judged().size() > MOST_BARS
                ? " The %d best methods; `./shoal compare --data-sets` lists all."
                    .formatted(MOST_BARS)
                : ""));
    return section.chart(
        new Chart.Bars(
            "Perplexity of each method on each data set", "perplexity", List.copyOf(sets), bars));
  }
}
