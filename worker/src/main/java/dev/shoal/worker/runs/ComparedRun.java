package dev.shoal.worker.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.TaskScores;
import dev.shoal.activities.store.ArtifactStore;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.RunRow;
import dev.shoal.migrations.RunStatus;
import dev.shoal.migrations.StageRow;
import dev.shoal.workflows.request.ReconstructionRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One run of a comparison.
 *
 * @param name its own
 * @param label to tell it by: the name, the beginning of the id, and its state if it did not
 *     succeed: its last model is not the one it was to end with
 * @param request as it was resolved
 * @param models what was judged, in the order it came to be: model to metric to value
 * @param tasks scores of the last mixture, by task and metric
 * @param seconds that its stages took to compute, those it reused included
 */
record ComparedRun(
    String name,
    String label,
    ReconstructionRequest request,
    Map<String, Map<String, Double>> models,
    Map<String, Double> tasks,
    double seconds) {

  static ComparedRun of(Database database, ArtifactStore store, RunRow run) {
    double seconds =
        database.stages().ofRun(run.runId()).stream()
            .map(StageRow::seconds)
            .mapToDouble(taken -> taken.orElse(0.0))
            .sum();
    return new ComparedRun(
        run.name(),
        label(run),
        ScoreTable.request(run),
        ScoreTable.models(database, store, run.runId()),
        tasks(ScoreTable.taskScores(database, store, run.runId())),
        seconds);
  }

  private static String label(RunRow run) {
    String label = run.name() + " " + RunFinder.shortId(run);
    return run.status() == RunStatus.SUCCEEDED ? label : label + ", " + run.status();
  }

  private static Map<String, Double> tasks(List<TaskScores> scores) {
    Map<String, Map<String, Double>> models = new LinkedHashMap<>();
    for (TaskScores score : scores) {
      Map<String, Double> mine =
          models.computeIfAbsent(score.subject(), subject -> new LinkedHashMap<>());
      score.metrics().forEach((metric, value) -> mine.put(score.task() + " " + metric, value));
    }
    return last(ScoreTable.inOrder(models));
  }

  /** Its name, such as {@code trained}; empty where no mixture was judged. */
  String lastModel() {
    return models.keySet().stream()
        .filter(model -> !model.equals("dense"))
        .reduce("", (before, last) -> last);
  }

  /** Of the last mixture that was judged; empty where there is none. */
  Map<String, Double> last() {
    return last(models);
  }

  private static Map<String, Double> last(Map<String, Map<String, Double>> models) {
    return models.entrySet().stream()
        .filter(model -> !model.getKey().equals("dense"))
        .map(Map.Entry::getValue)
        .reduce((before, last) -> last)
        .orElse(Map.of());
  }

  /** One figure of one model; null where there is none. */
  Double value(String model, String metric) {
    return models.getOrDefault(model, Map.of()).get(metric);
  }

  long trainingTokens() {
    return request.training().routerTokens() + request.training().expertTokens();
  }

  /** What it asked for, without its seeds and what it is called. */
  JsonNode method() {
    ObjectNode method = new ObjectMapper().valueToTree(request);
    method.remove(List.of("name", "tags", "description"));
    for (String seeded : List.of("calibration", "training")) {
      ((ObjectNode) method.get(seeded)).remove("seed");
    }
    return method;
  }

  /** The seeds alone. */
  List<Long> seeds() {
    return List.of(request.calibration().seed(), request.training().seed());
  }
}
