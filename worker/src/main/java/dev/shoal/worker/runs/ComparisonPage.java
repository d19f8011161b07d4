package dev.shoal.worker.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.shoal.activities.report.ComparisonData;
import dev.shoal.activities.report.ComparisonData.Dense;
import dev.shoal.activities.report.ComparisonData.Figure;
import dev.shoal.activities.report.ComparisonData.Interval;
import dev.shoal.activities.report.ComparisonData.Method;
import dev.shoal.activities.report.ComparisonData.Size;
import dev.shoal.activities.report.ReportData.Point;
import dev.shoal.activities.report.ReportData.Series;
import dev.shoal.activities.report.ReportPage;
import dev.shoal.activities.report.Table;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.RunRow;
import dev.shoal.worker.runs.Comparison.Row;
import dev.shoal.workflows.request.ComparisonReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A comparison as one HTML file. */
public final class ComparisonPage {

  private final Database database;
  private final List<RunRow> runs;
  private final List<Row> rows;

  private ComparisonPage(Database database, List<RunRow> runs, Comparison comparison) {
    this.database = database;
    this.runs = runs;
    this.rows = comparison.rows();
  }

  /**
   * The page, whatever state the runs are in.
   *
   * @param asked what the person named: runs and comparisons
   * @param runs all that these stand for
   */
  public static String html(
      Database database, List<RunRow> asked, List<RunRow> runs, Comparison comparison) {
    return ReportPage.html(new ComparisonPage(database, runs, comparison).data(asked));
  }

  /** The comparison's own name, or those of what was named. */
  public static String name(List<RunRow> asked) {
    return asked.stream().map(RunRow::name).distinct().collect(Collectors.joining(", "));
  }

  private ComparisonData data(List<RunRow> asked) {
    boolean one = asked.size() == 1 && ComparisonReader.isComparison(asked.get(0).request());
    ComparedRun any = rows.isEmpty() ? null : rows.get(0).first();
    boolean alike = rows.stream().map(row -> row.first().request().model()).distinct().count() < 2;
    Map<String, Double> dense =
        any == null || !alike ? Map.of() : any.models().getOrDefault("dense", Map.of());
    return new ComparisonData(
        name(asked),
        any == null ? "" : alike ? any.request().model() : null,
        new Dense(dense.get(ScoreTable.PARAMETERS), figure(dense), dataSets(dense)),
        rows.stream().map(ComparisonPage::method).toList(),
        new ComparisonTables(rows).taskScores(),
        settings(),
        curves(),
        new Table(
            List.of("run", "id", "state", "why"),
            runs.stream().map(ComparisonPage::state).toList()),
        "./shoal compare %s --report"
            .formatted(asked.stream().map(RunFinder::shortId).collect(Collectors.joining(" "))),
        one ? asked.get(0).request() : null);
  }

  private static Method method(Row row) {
    ComparedRun first = row.first();
    Map<String, Double> last = first.last();
    return new Method(
        row.name(),
        row.runs().size(),
        ComparisonTables.experts(first.request().experts()),
        ComparisonTables.trained(first.request().training()),
        first.trainingTokens(),
        new Size(
            last.get(ScoreTable.PARAMETERS),
            last.get(ScoreTable.ACTIVE_PARAMETERS),
            ComparisonTables.feedForwards(first.request().experts()),
            last.get(ScoreTable.FLOPS)),
        new Figure(
            interval(row.last(ScoreTable.GEOMETRIC_MEAN)),
            interval(row.last(ScoreTable.TO_CHOOSE)),
            interval(row.last(ScoreTable.TO_REPORT))),
        dataSets(row));
  }

  private static Interval interval(Spread spread) {
    return spread == null ? null : new Interval(spread.mean(), spread.halfWidth());
  }

  private static Figure figure(Map<String, Double> metrics) {
    return new Figure(
        exact(metrics.get(ScoreTable.GEOMETRIC_MEAN)),
        exact(metrics.get(ScoreTable.TO_CHOOSE)),
        exact(metrics.get(ScoreTable.TO_REPORT)));
  }

  private static Interval exact(Double value) {
    return value == null ? null : new Interval(value, Double.NaN);
  }

  private static Map<String, Double> dataSets(Row row) {
    Map<String, Double> means = new LinkedHashMap<>();
    for (String set : dataSets(row.first().last()).keySet()) {
      Spread spread = row.last(ScoreTable.PERPLEXITY + set);
      means.put(set, spread == null ? null : spread.mean());
    }
    return means;
  }

  private static Map<String, Double> dataSets(Map<String, Double> metrics) {
    Map<String, Double> sets = new LinkedHashMap<>();
    metrics.forEach(
        (name, value) -> {
          if (name.startsWith(ScoreTable.PERPLEXITY) && !name.equals(ScoreTable.GEOMETRIC_MEAN)) {
            sets.put(name.substring(ScoreTable.PERPLEXITY.length()), value);
          }
        });
    return sets;
  }

  private Table settings() {
    List<Map<String, String>> all =
        rows.stream().map(row -> JsonLeaves.of(row.first().method())).toList();
    Set<String> fields = new LinkedHashSet<>();
    all.forEach(leaves -> fields.addAll(leaves.keySet()));
    fields.removeIf(
        field -> all.stream().map(leaves -> leaves.getOrDefault(field, "")).distinct().count() < 2);
    List<List<String>> cells = new ArrayList<>();
    for (int r = 0; r < all.size(); r++) {
      Map<String, String> mine = all.get(r);
      cells.add(
          Stream.concat(
                  Stream.of(rows.get(r).name()),
                  fields.stream().map(field -> mine.getOrDefault(field, "")))
              .toList());
    }
    return new Table(Stream.concat(Stream.of("method"), fields.stream()).toList(), cells);
  }

  private List<Series> curves() {
    return runs.stream().flatMap(this::curves).toList();
  }

  private Stream<Series> curves(RunRow run) {
    String label = run.name() + " " + RunFinder.shortId(run);
    return database.stages().ofRun(run.runId()).stream()
        .filter(stage -> stage.name().equals("train experts"))
        .flatMap(stage -> stage.computationKey().stream())
        .map(key -> database.metrics().series(key, "cross_entropy_per_token"))
        .filter(points -> !points.isEmpty())
        .map(points -> points.stream().map(p -> new Point(p.step(), p.value())).toList())
        .map(points -> new Series("train experts", label, "cross_entropy_per_token", points));
  }

  private static List<String> state(RunRow run) {
    JsonNode none = MissingNode.getInstance();
    return List.of(
        run.name(),
        RunFinder.shortId(run),
        run.status().name(),
        run.failure().orElse(none).path("message").asText());
  }
}
