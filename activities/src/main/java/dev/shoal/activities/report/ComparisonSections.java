package dev.shoal.activities.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.activities.report.ComparisonData.Figure;
import dev.shoal.activities.report.ComparisonData.Interval;
import dev.shoal.activities.report.ComparisonData.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What was compared, and which is best. */
final class ComparisonSections {

  /** Fields that a sentence can hold. */
  private static final int MOST_FIELDS = 4;

  /** Points of all curves together, each drawn twice: what 3 MB have room for. */
  private static final int ROOM = 6_000;

  /** Fields that say what perplexities are over. */
  private static final Pattern TEXT =
      Pattern.compile("datasets\\[\\d+]\\.(name|eval_path)|evaluation\\.window(s|_tokens)");

  private final ComparisonData data;

  private ComparisonSections(ComparisonData data) {
    this.data = data;
  }

  static List<Section> of(ComparisonData data) {
    ComparisonSections sections = new ComparisonSections(data);
    return Stream.of(
            Stream.of(
                sections.summary(), ComparisonCharts.sizes(data), ComparisonCharts.dataSets(data)),
            QualitySections.tasks(data.tasks()).stream(),
            Stream.of(sections.training(), sections.settings(), sections.runs()))
        .flatMap(all -> all)
        .toList();
  }

  private Section summary() {
    Section section = new Section("summary", "What was compared");
    section.text(sameText() ? compared() + " " + best() + " " + next() : compared());
    if (data.methods().isEmpty()) {
      return section;
    }
    return section
        .table("Methods, the best first", methods())
        .text(
            (data.halves()
                    ? "The best by one half of the evaluation windows, `to choose`, comes first; `to report`"
                        + " is the other half, which the order does not know, and `from dense` compares it"
                        + " with the dense model on the same windows. `./shoal compare` tells the distance"
                        + " over all windows, which differs a little. "
                    : "Perplexities are over all windows. ")
                + "Dense FFNs: how many the experts of a layer hold, and how many of them are at work."
                + (seeds()
                    ? " ± is half the 95 % confidence interval of the mean over seeds."
                    : ""));
  }

  private boolean seeds() {
    return data.methods().stream().anyMatch(method -> method.runs() > 1);
  }

  private boolean sameText() {
    return data.settings().head().stream().noneMatch(TEXT.asMatchPredicate());
  }

  private String compared() {
    List<String> fields = data.settings().head().stream().skip(1).toList();
    String differ =
        fields.isEmpty()
            ? ""
            : ", which differ in "
                + String.join(", ", fields.subList(0, Math.min(MOST_FIELDS, fields.size())))
                + (fields.size() > MOST_FIELDS
                    ? " and " + count(fields.size() - MOST_FIELDS, "more setting", "", "s")
                    : "");
    return "%s from %s and judged on %s: %s%s."
        .formatted(
            count(
                data.methods().stream().mapToInt(Method::runs).sum(),
                "run",
                " was made",
                "s were made"),
            data.model() == null ? "different models" : "the model " + data.model(),
            sameText()
                ? "the same text"
                : "different text, so that perplexities are no measure of which is best",
            count(data.methods().size(), "method", "", "s"),
            differ);
  }

  private static String count(int number, String what, String one, String several) {
    return number + " " + what + (number == 1 ? one : several);
  }

  private String best() {
    if (data.judged().isEmpty()) {
      return "No mixture has been judged.";
    }
    Method best = data.judged().get(0);
    Interval dense = data.dense().perplexity().told();
    return "The best is %s with a perplexity of %s over %s%s."
        .formatted(
            best.name(),
            best.perplexity().told(),
            data.halves() ? "the half of the windows `to report`" : "all windows",
            dense == null
                ? ""
                : ", where the dense model has %s (%s)"
                    .formatted(
                        Chart.number(dense.mean()), distance(best.perplexity().told(), dense)));
  }

  private String next() {
    if (data.judged().size() < 2) {
      return "";
    }
    Interval best = data.judged().get(0).perplexity().told();
    Interval second = data.judged().get(1).perplexity().told();
    String sure =
        Double.isNaN(best.halfWidth() + second.halfWidth())
            ? "without several seeds of both, chance may have made the order"
            : best.overlaps(second)
                ? "their intervals overlap, so the order may be chance"
                : "their intervals do not overlap";
    return "Next is %s with %s; %s.".formatted(data.judged().get(1).name(), second, sure);
  }

  private Table methods() {
    List<List<String>> rows = new ArrayList<>();
    for (Method method : data.methods()) {
      Figure figure = method.perplexity();
      List<String> row = new ArrayList<>(List.of(method.name()));
      if (data.halves()) {
        row.add(text(figure.choose()));
      }
      row.addAll(
          List.of(
              text(figure.told()),
              distance(figure.told(), data.dense().perplexity().told()),
              amount(method.size().parameters()),
              amount(method.size().active()),
              method.size().feedForwards(),
              amount(method.size().flops()),
              amount((double) method.tokens())));
      rows.add(row);
    }
    Stream<String> perplexities =
        data.halves() ? Stream.of("to choose", "to report") : Stream.of("perplexity");
    Stream<String> sizes =
        Stream.of("from dense", "parameters", "active", "dense FFNs", "FLOPs/token", "tokens");
    return new Table(
        Stream.of(Stream.of("method"), perplexities, sizes).flatMap(all -> all).toList(), rows);
  }

  private static String text(Interval interval) {
    return interval == null ? "" : interval.toString();
  }

  private static String distance(Interval here, Interval dense) {
    return here == null || dense == null
        ? ""
        : String.format(Locale.ROOT, "%+.1f %%", 100 * (here.mean() / dense.mean() - 1));
  }

  /** 1100048384 is 1.10 G. */
  static String amount(Double value) {
    if (value == null) {
      return "";
    }
    int thousands = value < 1000 ? 0 : Math.min(4, (int) (Math.log10(value) / 3));
    double left = value / Math.pow(1000, thousands);
    String unit = List.of("", " k", " M", " G", " T").get(thousands);
    return thousands == 0
        ? String.format(Locale.ROOT, "%.0f", left)
        : String.format(Locale.ROOT, left < 10 ? "%.2f" : left < 100 ? "%.1f" : "%.0f", left)
            + unit;
  }

  private Section training() {
    Section section = new Section("training", "Training");
    if (data.curves().isEmpty()) {
      return section.text("No training step has been recorded.");
    }
    Curves curves = Curves.of(data.curves(), ROOM);
    return section
        .text(
            "Cross entropy per token while experts are trained: the part of the loss that perplexity"
                + " comes from, and that all methods share."
                + curves.words())
        .chart(
            new Chart.Lines(
                "Cross entropy of training by step",
                "step",
                "nats per token",
                data.curves().stream().map(c -> curves.line(c.shard(), c.points(), 0)).toList(),
                List.of()));
  }

  private Section settings() {
    Section section = new Section("settings", "Settings that differ");
    if (data.methods().isEmpty()) {
      return section.text("No request was accepted.");
    }
    List<Method> methods = data.methods();
    List<List<String>> rows = new ArrayList<>();
    rows.add(row("experts", methods.stream().map(Method::experts)));
    rows.add(row("trained", methods.stream().map(Method::trained)));
    for (int f = 1; f < data.settings().head().size(); f++) {
      int field = f;
      rows.add(
          row(
              data.settings().head().get(field),
              data.settings().rows().stream().map(row -> row.get(field))));
    }
    return section
        .text("In words, then field by field; all other fields are the same, but for seeds.")
        .table(
            "Settings of each method",
            new Table(row("setting", methods.stream().map(Method::name)), rows));
  }

  private static List<String> row(String name, Stream<String> cells) {
    return Stream.concat(Stream.of(name), cells).toList();
  }

  private Section runs() {
    Section section = new Section("runs", "Runs");
    section
        .table("Runs and how they stand", data.runs())
        .text("To write this page again:")
        .code(data.command());
    return data.request() == null
        ? section
        : section.folded("The request of the comparison", pretty());
  }

  private String pretty() {
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(data.request());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a request is always JSON", e);
    }
  }
}
