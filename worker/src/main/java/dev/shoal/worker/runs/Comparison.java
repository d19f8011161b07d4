package dev.shoal.worker.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.store.ArtifactStore;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.RunRow;
import dev.shoal.workflows.request.ComparisonReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** What several runs gave, side by side, the best first; whenever they were made. */
public final class Comparison {

  /**
   * What runs of a row have in common: a run that is not as far as the others is not one of them.
   *
   * @param settings all but seeds
   * @param last the model that was judged last
   */
  private record Method(JsonNode settings, String last) {
    static Method of(ComparedRun run) {
      return new Method(run.method(), run.lastModel());
    }
  }

  /**
   * Runs that differ in their seeds alone.
   *
   * @param runs one for each seed
   */
  record Row(List<ComparedRun> runs) {

    Row {
      Map<List<Long>, ComparedRun> bySeed = new LinkedHashMap<>();
      runs.forEach(run -> bySeed.putIfAbsent(run.seeds(), run));
      runs = List.copyOf(bySeed.values());
    }

    ComparedRun first() {
      return runs.get(0);
    }

    String name() {
      return runs.size() == 1
          ? first().label()
          : "%s, %d seeds".formatted(first().label().replaceFirst("-seed-\\d+ ", " "), runs.size());
    }

    /** A figure of each run; null where one has none. */
    Spread spread(Function<ComparedRun, Double> figure) {
      List<Double> values = runs.stream().map(figure).filter(Objects::nonNull).toList();
      return values.size() < runs.size() ? null : new Spread(values);
    }

    /** A metric of the last mixture. */
    Spread last(String metric) {
      return spread(run -> run.last().get(metric));
    }

    /** By the windows that are there to choose by, where they were judged apart. */
    private double score() {
      Spread chosen = last(ScoreTable.TO_CHOOSE);
      Spread mean = chosen == null ? last(ScoreTable.GEOMETRIC_MEAN) : chosen;
      return mean == null ? Double.MAX_VALUE : mean.mean();
    }
  }

  private final List<Row> rows;

  Comparison(List<ComparedRun> runs) {
    Map<Method, List<ComparedRun>> methods = new LinkedHashMap<>();
    runs.forEach(run -> methods.computeIfAbsent(Method.of(run), m -> new ArrayList<>()).add(run));
    rows =
        methods.values().stream()
            .map(Row::new)
            .sorted(Comparator.comparingDouble(Row::score))
            .toList();
  }

  /** Of these runs; one whose request was refused has no row. */
  public static Comparison of(Database database, ArtifactStore store, List<RunRow> runs) {
    return new Comparison(
        runs.stream()
            .filter(run -> run.resolved().isPresent())
            .map(run -> ComparedRun.of(database, store, run))
            .toList());
  }

  /** A run by itself, and for a comparison all that it started. */
  public static List<RunRow> members(Database database, RunRow run) {
    return ComparisonReader.isComparison(run.request())
        ? database.runs().below(run.workflowId())
        : List.of(run);
  }

  List<Row> rows() {
    return rows;
  }

  /** Methods and sizes, perplexities, and tasks where there are any. */
  public String table() {
    return new ComparisonTables(rows).text();
  }

  /** The last model of every run on every data set, under the dense one. */
  public String dataSets() {
    Map<String, Map<String, Double>> models = new LinkedHashMap<>();
    rows.stream().limit(1).forEach(row -> models.put("dense", row.first().models().get("dense")));
    models.values().removeIf(dense -> dense == null);
    rows.stream()
        .flatMap(row -> row.runs().stream())
        .forEach(run -> models.put(run.label(), run.last()));
    return ScoreTable.table(models);
  }

  /** The same for programs: by run the settings and all metrics of every judged model. */
  public ObjectNode json() {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    for (Row row : rows) {
      row.runs().forEach(run -> json(answer.withArray("/runs").addObject(), row, run));
    }
    return answer;
  }

  private static void json(ObjectNode answer, Row row, ComparedRun run) {
    answer
        .put("run", run.label())
        .put("row", row.name())
        .put("experts", ComparisonTables.experts(run.request().experts()))
        .put("trained", ComparisonTables.trained(run.request().training()))
        .put("training_tokens", run.trainingTokens())
        .put("seed", run.request().training().seed())
        .put("seconds", run.seconds());
    run.models()
        .forEach(
            (model, metrics) ->
                metrics.forEach(answer.withObject("/models").withObject("/" + model)::put));
    run.tasks().forEach(answer.withObject("/tasks")::put);
  }
}
