package dev.shoal.activities.report;

import dev.shoal.activities.report.ComparisonData.Dense;
import dev.shoal.activities.report.ComparisonData.Interval;
import dev.shoal.activities.report.ComparisonData.Method;
import dev.shoal.activities.report.ComparisonData.Size;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
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
    Map<Boolean, List<Axis>> axes =
        Axis.ALL.stream().collect(Collectors.partitioningBy(axis -> axis.tellsApart(known)));
    if (!axes.get(true).isEmpty()) {
      section.text(
          "Lower is better, and so is further left: active parameters are what a token costs, those"
              + " in all are what must be stored. Perplexities are "
              + (data.halves()
                  ? "over the half of the windows `to report`, those of the dense model too."
                  : "over all windows."));
    }
    axes.get(true).forEach(axis -> section.chart(dots(axis, known, data.dense())));
    return axes.get(false).isEmpty()
        ? section
        : section.text(equal(axes.get(false), known.get(0), data.dense()));
  }

  /** What a model costs. */
  private record Axis(String name, Function<Size, Double> of) {

    static final List<Axis> ALL =
        List.of(
            new Axis("active parameters", Size::active),
            new Axis("parameters in all", Size::parameters));

    /** Dots above each other tell no more than the table. */
    boolean tellsApart(List<Method> methods) {
      return methods.size() == 1
          || methods.stream().map(method -> of.apply(method.size())).distinct().count() > 1;
    }
  }

  private static Chart dots(Axis axis, List<Method> methods, Dense dense) {
    Interval told = dense.perplexity().told();
    Double size = dense.parameters();
    return new Chart.Dots(
        "Perplexity against " + axis.name(),
        axis.name(),
        "perplexity",
        methods.stream()
            .map(m -> dot(m.name(), axis.of().apply(m.size()), m.perplexity().told()))
            .toList(),
        told == null || size == null ? null : dot(DENSE, size, told));
  }

  private static String equal(List<Axis> axes, Method any, Dense dense) {
    String sizes =
        axes.stream()
            .map(a -> ComparisonSections.amount(a.of().apply(any.size())) + " " + a.name())
            .collect(Collectors.joining(" and "));
    String beside =
        dense.parameters() == null
            ? ""
            : ", the dense model " + ComparisonSections.amount(dense.parameters());
    return "All methods have %s%s: a picture would tell no more than the table."
        .formatted(sizes, beside);
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
