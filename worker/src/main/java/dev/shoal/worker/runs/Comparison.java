package dev.shoal.worker.runs;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.store.ArtifactStore;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.RunRow;
import dev.shoal.migrations.StageRow;
import dev.shoal.workflows.request.Experts;
import dev.shoal.workflows.request.ReconstructionRequest;
import dev.shoal.workflows.request.Training;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What several runs gave, side by side, the best first; whenever they were made. */
public final class Comparison {

  /**
   * One run.
   *
   * @param name to tell it by
   * @param experts as it was asked for
   * @param training as it was asked for
   * @param models what was judged, in the order it came to be: model to metric to value
   * @param seconds that its stages took to compute, those it reused included
   */
  record Row(
      String name,
      Experts experts,
      Training training,
      Map<String, Map<String, Double>> models,
      double seconds) {

    /** Of the last mixture that was judged; empty where there is none. */
    Map<String, Double> last() {
      return models.entrySet().stream()
          .filter(model -> !model.getKey().equals("dense"))
          .map(Map.Entry::getValue)
          .reduce((before, last) -> last)
          .orElse(Map.of());
    }

    Double mean(String model) {
      return models.getOrDefault(model, Map.of()).get(ScoreTable.GEOMETRIC_MEAN);
    }

    private double score() {
      return last().getOrDefault(ScoreTable.GEOMETRIC_MEAN, Double.MAX_VALUE);
    }

    private long trainingTokens() {
      return training.routerTokens() + training.expertTokens();
    }
  }

  private final List<Row> rows;

  Comparison(List<Row> rows) {
    this.rows = rows.stream().sorted(Comparator.comparingDouble(Row::score)).toList();
  }

  /** Of these runs; one whose request was refused has no row. */
  public static Comparison of(Database database, ArtifactStore store, List<RunRow> runs) {
    return new Comparison(
        runs.stream()
            .filter(run -> run.resolved().isPresent())
            .map(run -> row(database, store, run))
            .toList());
  }

  private static Row row(Database database, ArtifactStore store, RunRow run) {
    ReconstructionRequest request = ScoreTable.request(run);
    double seconds =
        database.stages().ofRun(run.runId()).stream()
            .map(StageRow::seconds)
            .mapToDouble(taken -> taken.orElse(0.0))
            .sum();
    return new Row(
        run.name() + " " + RunFinder.shortId(run),
        request.experts(),
        request.training(),
        ScoreTable.models(database, store, run.runId()),
        seconds);
  }

  /** Method, size and mean perplexity; the dense model where all runs began from it. */
  public String table() {
    TextTable table =
        new TextTable(
            "run",
            "experts",
            "trained",
            "tokens",
            "in all",
            "active",
            "dense FFNs",
            "assembled",
            "last",
            "from dense",
            "computing");
    rows.forEach(row -> table.add(cells(row)));
    return table
        + System.lineSeparator()
        + "dense FFNs: how many the experts of a layer hold, and how many of them are at work.";
  }

  private static String[] cells(Row row) {
    Map<String, Double> last = row.last();
    Double mean = last.get(ScoreTable.GEOMETRIC_MEAN);
    return new String[] {
      row.name(),
      experts(row.experts()),
      trained(row.training()),
      ScoreTable.count((double) row.trainingTokens()),
      ScoreTable.count(last.get(ScoreTable.PARAMETERS)),
      ScoreTable.count(last.get(ScoreTable.ACTIVE_PARAMETERS)),
      feedForwards(row.experts()),
      ScoreTable.number(row.mean("assembled")),
      ScoreTable.number(mean),
      ScoreTable.distance(mean, row.mean("dense")),
      PendingActivity.words(row.seconds())
    };
  }

  private static String experts(Experts experts) {
    return "%s %d x %s, %d active, %s"
        .formatted(
            experts.by(),
            experts.numExperts(),
            experts.width().stripTrailingZeros().toPlainString(),
            experts.expertsPerToken(),
            experts.compensation().name().toLowerCase(Locale.ROOT));
  }

  private static String trained(Training training) {
    if (training.expertTokens() == 0) {
      return "";
    }
    String weights =
        training.weights() == Training.TrainedWeights.FULL ? "full" : "lora " + training.lora().r();
    return training.distillation().weight() > 0 ? weights + ", distilled" : weights;
  }

  /** Empty where the width is a number of channels. */
  private static String feedForwards(Experts experts) {
    if (experts.width().compareTo(BigDecimal.ONE) > 0) {
      return "";
    }
    double width = experts.width().doubleValue();
    return String.format(
        Locale.ROOT, "%.3g, %.3g", experts.numExperts() * width, experts.expertsPerToken() * width);
  }

  /** The last model of every run on every data set, under the dense one. */
  public String dataSets() {
    Map<String, Map<String, Double>> models = new LinkedHashMap<>();
    rows.stream().limit(1).forEach(row -> models.put("dense", row.models().get("dense")));
    models.values().removeIf(dense -> dense == null);
    rows.forEach(row -> models.put(row.name(), row.last()));
    return ScoreTable.table(models);
  }

  /** The same for programs: by run the settings and all metrics of every judged model. */
  public ObjectNode json() {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    for (Row row : rows) {
      ObjectNode run =
          answer
              .withArray("runs")
              .addObject()
              .put("run", row.name())
              .put("experts", experts(row.experts()))
              .put("trained", trained(row.training()))
              .put("training_tokens", row.trainingTokens())
              .put("seconds", row.seconds());
      row.models()
          .forEach(
              (model, metrics) -> metrics.forEach(run.withObject("models").withObject(model)::put));
    }
    return answer;
  }
}
