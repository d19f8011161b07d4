package dev.shoal.worker.runs;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.activities.ScoreSheet;
import dev.shoal.activities.Scores;
import dev.shoal.activities.TaskScores;
import dev.shoal.activities.store.ArtifactStore;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.MetricStore;
import dev.shoal.migrations.RunRow;
import dev.shoal.migrations.StageRow;
import dev.shoal.migrations.StageStore;
import dev.shoal.workflows.ReconstructionResult;
import dev.shoal.workflows.request.ReconstructionRequest;
import dev.shoal.workflows.request.Use;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.commons.text.WordUtils;

/** What evaluation said about each model of a run, as the table people compare. */
public final class ScoreTable {

  /** Metric of a data set's perplexity, before its name. */
  static final String PERPLEXITY = "perplexity_per_token/";

  static final String GEOMETRIC_MEAN = PERPLEXITY + "geometric_mean";

  /** The same with every data set sent to the expert of its group. */
  static final String BY_HAND = "perplexity_by_hand/";

  static final String PARAMETERS = "parameters";
  static final String ACTIVE_PARAMETERS = "active_parameters";
  static final String FLOPS = "flops_per_token";

  /** Mean perplexity on the half of the evaluation windows that a choice may be made by. */
  static final String TO_CHOOSE = "perplexity_choose/geometric_mean";

  /** On the other half. */
  static final String TO_REPORT = "perplexity_report/geometric_mean";

  private static final List<String> ORDER = List.of("dense", "assembled", "routed", "trained");

  private static final ObjectMapper JSON = new ObjectMapper();

  private ScoreTable() {}

  /** The table from the metrics of the run's evaluate stages and what they left in the store. */
  public static String table(Database database, ArtifactStore store, UUID run) {
    return table(withByHand(models(database, store, run)))
        + exposure(database, run)
        + tasks(database, store, run);
  }

  /** What was judged, in the order it came to be: model to metric to value. */
  static Map<String, Map<String, Double>> models(Database database, ArtifactStore store, UUID run) {
    Map<String, Map<String, Double>> models = new LinkedHashMap<>();
    database.stages().ofRun(run).stream()
        .filter(stage -> stage.name().equals("evaluate") && stage.computationKey().isPresent())
        .forEach(
            stage -> {
              Map<String, Double> values = metrics(database.metrics(), stage);
              parameters(database.stages().edges(stage.stageId()), store, values);
              models.put(stage.shard(), values);
            });
    return inOrder(models);
  }

  /** As they come to be, whatever was judged first. */
  static Map<String, Map<String, Double>> inOrder(Map<String, Map<String, Double>> models) {
    Map<String, Map<String, Double>> ordered = new LinkedHashMap<>();
    ORDER.stream().filter(models::containsKey).forEach(name -> ordered.put(name, models.get(name)));
    ordered.putAll(models);
    return ordered;
  }

  /** After a model that was judged by hand as well, that judgement: the best a router can do. */
  static Map<String, Map<String, Double>> withByHand(Map<String, Map<String, Double>> models) {
    Map<String, Map<String, Double>> all = new LinkedHashMap<>();
    models.forEach(
        (model, values) -> {
          all.put(model, values);
          Map<String, Double> byHand = new LinkedHashMap<>();
          values.forEach(
              (name, value) -> {
                if (name.startsWith(BY_HAND)) {
                  byHand.put(PERPLEXITY + name.substring(BY_HAND.length()), value);
                }
              });
          if (!byHand.isEmpty()) {
            all.put(model + ", by hand", byHand);
          }
        });
    return all;
  }

  /** What of the data sets experts and routers were made from as well. */
  private static String exposure(Database database, UUID run) {
    ReconstructionRequest request = request(database, run);
    if (request == null) {
      return "";
    }
    List<String> met =
        request.datasets().stream()
            .filter(set -> set.serves(Use.EVALUATE))
            .filter(set -> !request.exposure(set.name()).isEmpty())
            .map(set -> "%s (%s)".formatted(set.name(), request.exposure(set.name())))
            .toList();
    return met.isEmpty()
        ? ""
        : WordUtils.wrap(
            "\nJudged on other documents of data sets they were also made from: %s.\n"
                .formatted(String.join(", ", met)),
            100);
  }

  private static String tasks(Database database, ArtifactStore store, UUID run) {
    ReconstructionRequest request = request(database, run);
    List<TaskScores> scores = taskScores(database, store, run);
    if (request == null || scores.isEmpty()) {
      return "";
    }
    ScoreSheet sheet = ScoreSheet.tasks(request, scores);
    TextTable table = new TextTable(sheet.head().toArray(String[]::new));
    sheet.rows().forEach(row -> table.add(row.toArray(String[]::new)));
    return "\n" + table;
  }

  /** Of every judged model, as far as the store can be read from here. */
  static List<TaskScores> taskScores(Database database, ArtifactStore store, UUID run) {
    return database.stages().ofRun(run).stream()
        .filter(stage -> stage.name().equals("evaluate task"))
        .flatMap(stage -> outputs(database, stage))
        .map(store::locate)
        .filter(TaskScores::isIn)
        .map(TaskScores::read)
        .sorted(Comparator.comparingInt(scores -> ORDER.indexOf(scores.subject())))
        .toList();
  }

  private static Stream<String> outputs(Database database, StageRow stage) {
    return database.stages().edges(stage.stageId()).stream()
        .filter(edge -> edge.direction() == StageStore.Direction.OUT)
        .map(StageStore.Edge::sha256);
  }

  private static ReconstructionRequest request(Database database, UUID run) {
    return database.runs().get(run).map(ScoreTable::request).orElse(null);
  }

  /** As it was resolved; null where it was refused before. */
  static ReconstructionRequest request(RunRow run) {
    return run.resolved()
        .map(json -> JSON.convertValue(json, ReconstructionRequest.class))
        .orElse(null);
  }

  /** Numbers of parameters, where the store can be read from here. */
  private static void parameters(
      List<StageStore.Edge> edges, ArtifactStore store, Map<String, Double> values) {
    edges.stream()
        .filter(edge -> edge.direction() == StageStore.Direction.OUT)
        .flatMap(edge -> Artifacts.whole(store, edge))
        .map(Scores::read)
        .forEach(
            scores -> {
              values.put(PARAMETERS, (double) scores.parameters());
              values.put(ACTIVE_PARAMETERS, (double) scores.activeParameters());
            });
  }

  private static Map<String, Double> metrics(MetricStore metrics, StageRow stage) {
    Map<String, Double> values = new LinkedHashMap<>();
    metrics
        .last(stage.computationKey().orElseThrow())
        .forEach((name, point) -> values.put(name, point.value()));
    return values;
  }

  /** Model to metric to value; columns are all data sets that any model was judged on. */
  static String table(Map<String, Map<String, Double>> models) {
    List<String> sets =
        new ArrayList<>(
            models.values().stream()
                .flatMap(values -> values.keySet().stream())
                .filter(name -> name.startsWith(PERPLEXITY) && !name.equals(GEOMETRIC_MEAN))
                .collect(TreeSet::new, TreeSet::add, TreeSet::addAll));
    Stream<String> head =
        Stream.of("model", "parameters", "active", "geometric mean", "from dense");
    TextTable table =
        new TextTable(
            Stream.concat(head, sets.stream().map(s -> s.substring(PERPLEXITY.length())))
                .toArray(String[]::new));
    Double dense = models.getOrDefault("dense", Map.of()).get(GEOMETRIC_MEAN);
    models.forEach((model, values) -> table.add(row(model, values, dense, sets)));
    return table.toString();
  }

  private static String[] row(
      String model, Map<String, Double> values, Double dense, List<String> sets) {
    Stream<String> head =
        Stream.of(
            model,
            count(values.get(PARAMETERS)),
            count(values.get(ACTIVE_PARAMETERS)),
            number(values.get(GEOMETRIC_MEAN)),
            model.equals("dense") ? "" : distance(values.get(GEOMETRIC_MEAN), dense));
    return Stream.concat(head, sets.stream().map(set -> number(values.get(set))))
        .toArray(String[]::new);
  }

  /** The table where only the result is at hand. */
  public static String table(ReconstructionResult result) {
    TextTable table = new TextTable("model", "geometric mean");
    Map<String, Double> means = new LinkedHashMap<>();
    means.put("dense", result.dense());
    means.put("assembled", result.assembled());
    means.put("routed", result.routed());
    means.put("trained", result.trained());
    means.forEach(
        (model, mean) -> {
          if (mean != null) {
            table.add(model, number(mean));
          }
        });
    return table.toString();
  }

  /** From the dense model's: +4.2 %. */
  static String distance(Double mean, Double dense) {
    return mean == null || dense == null
        ? ""
        : String.format(Locale.ROOT, "%+.1f %%", 100 * (mean / dense - 1));
  }

  static String number(Double value) {
    return value == null ? "" : String.format(Locale.ROOT, "%.3f", value);
  }

  /** 1100048384 is 1.10 G. */
  public static String count(Double value) {
    if (value == null) {
      return "";
    }
    String[] units = {"", " k", " M", " G", " T"};
    double left = value;
    int unit = 0;
    while (left >= 999.995 && unit < units.length - 1) {
      left /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f%s" : "%.2f%s", left, units[unit]);
  }
}
