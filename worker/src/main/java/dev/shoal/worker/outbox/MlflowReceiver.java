package dev.shoal.worker.outbox;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.MetricStore.Point;
import dev.shoal.migrations.Outbox.Message;
import dev.shoal.migrations.RunRow;
import dev.shoal.migrations.StageRow;
import dev.shoal.worker.wiring.MlflowSettings;
import dev.shoal.worker.wiring.TemporalConnection;
import dev.shoal.workflows.request.ComparisonReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a run of MLflow like each run: its settings as params, the numbers of ended stages as
 * metrics, digests and state as tags. Each message brings MLflow to how things stand now, and what
 * it has already is marked there by tags; so repetitions and late messages change nothing.
 */
final class MlflowReceiver implements Receiver {

  private static final Logger LOG = LoggerFactory.getLogger(MlflowReceiver.class);
  private static final String STATUS = "shoal.status";

  /** One for each expert and data set: too many for tables of runs; the report shows them. */
  private static final String EXPERT_SHARE = "expert_share/";

  private final Database database;
  private final MlflowApi api;
  private final MlflowSettings settings;

  MlflowReceiver(Database database, MlflowSettings settings) {
    this.database = database;
    this.api = new MlflowApi(settings);
    this.settings = settings;
  }

  @Override
  public void take(Message message) {
    Optional<UUID> run =
        message.topic().equals("stage.computed")
            ? database.stages().runOf(UUID.fromString(message.payload().path("stage_id").asText()))
            : Optional.of(message.payload().path("run_id").asText())
                .filter(id -> !id.isEmpty())
                .map(UUID::fromString);
    try {
      run.flatMap(database.runs()::get).filter(this::began).ifPresent(this::tell);
    } catch (MlflowApi.RefusedException e) {
      LOG.warn(
          "MLflow at {} refuses {} ({}: {}); left out",
          api.host(),
          message.dedupKey(),
          e.code(),
          e.getMessage());
    }
  }

  /** A request that was refused is no run of MLflow; a comparison is one as soon as a run is. */
  private boolean began(RunRow run) {
    return run.resolved().isPresent() || !database.runs().below(run.workflowId()).isEmpty();
  }

  private void tell(RunRow run) {
    open(experimentId(), run).ifPresent(told -> tell(run, told));
  }

  private void tell(RunRow run, MlflowRun told) {
    run.resolved()
        .ifPresent(r -> told.log("shoal.params", "logged", MlflowEntries.params(r), List.of()));
    for (StageRow stage : database.stages().ofRun(run.runId())) {
      boolean ended =
          stage.status() == StageRow.Status.COMPUTED || stage.status() == StageRow.Status.REUSED;
      if (ended && stage.computationKey().isPresent()) {
        tell(stage, stage.computationKey().get(), told);
      }
    }
    if (!told.has(STATUS, run.status().name())) {
      told.update(status(run), run.endedAt(), tags(run));
    }
  }

  private void tell(StageRow stage, String key, MlflowRun told) {
    SortedMap<String, List<Point>> series = database.metrics().series(key);
    series.keySet().removeIf(name -> name.startsWith(EXPERT_SHARE));
    if (!series.isEmpty()) {
      boolean judged = stage.name().equals("evaluate");
      String place = stage.shard().isEmpty() ? stage.name() : stage.name() + "/" + stage.shard();
      told.log(
          "shoal.metrics." + place,
          key,
          List.of(),
          MlflowEntries.metrics(judged ? stage.shard() : place, series));
    }
  }

  private String experimentId() {
    try {
      return api.get("experiments/get-by-name", "experiment_name", settings.experiment())
          .at("/experiment/experiment_id")
          .asText();
    } catch (MlflowApi.RefusedException e) {
      if (!e.code().equals("RESOURCE_DOES_NOT_EXIST")) {
        throw e;
      }
      ObjectNode name = JsonNodeFactory.instance.objectNode().put("name", settings.experiment());
      return api.post("experiments/create", name).path("experiment_id").asText();
    }
  }

  /** The MLflow run of this one; below that of the comparison it belongs to. */
  private Optional<MlflowRun> open(String experimentId, RunRow run) {
    ObjectNode creation =
        JsonNodeFactory.instance
            .objectNode()
            .put("run_name", run.name())
            .put("start_time", run.startedAt().toEpochMilli());
    List<ObjectNode> tags = new ArrayList<>();
    tags.add(MlflowEntries.entry("shoal.workflow_id", run.workflowId()));
    tags.add(MlflowEntries.entry("mlflow.source.name", "shoal"));
    tags.add(MlflowEntries.entry("mlflow.source.type", "JOB"));
    settings
        .temporalUi()
        .map(ui -> TemporalConnection.link(ui, run.namespace(), run.workflowId()))
        .ifPresent(link -> tags.add(MlflowEntries.entry("shoal.temporal", link)));
    run.tags().forEach(tag -> tags.add(MlflowEntries.entry("shoal.tag." + tag, "")));
    comparison(run)
        .flatMap(above -> open(experimentId, above))
        .ifPresent(above -> tags.add(MlflowEntries.entry("mlflow.parentRunId", above.id())));
    creation.putArray("tags").addAll(tags);
    return MlflowRun.open(api, experimentId, run.runId().toString(), creation);
  }

  private Optional<RunRow> comparison(RunRow run) {
    String above = run.workflowId().replaceFirst("/[^/]*$", "");
    return database.runs().find(above).stream()
        .filter(row -> row.workflowId().equals(above))
        .filter(row -> ComparisonReader.isComparison(row.request()))
        .findFirst();
  }

  private static String status(RunRow run) {
    return switch (run.status()) {
      case RUNNING, PAUSED, NEEDS_ATTENTION -> "RUNNING";
      case SUCCEEDED -> "FINISHED";
      case FAILED -> "FAILED";
      case CANCELED, TERMINATED -> "KILLED";
    };
  }

  /** The status comes last: it marks that the others are there. */
  private static List<ObjectNode> tags(RunRow run) {
    List<ObjectNode> tags = new ArrayList<>();
    run.failure()
        .map(why -> why.path("message").asText())
        .ifPresent(message -> tags.add(MlflowEntries.entry("shoal.message", message)));
    Map<String, String> results =
        Map.of("model", "shoal.model", "exportSha256", "shoal.export", "export", "shoal.folder");
    run.result()
        .ifPresent(
            result ->
                results.forEach(
                    (field, tag) -> {
                      if (result.path(field).isTextual()) {
                        tags.add(MlflowEntries.entry(tag, result.path(field).textValue()));
                      }
                    }));
    tags.add(MlflowEntries.entry(STATUS, run.status().name()));
    return tags;
  }
}
