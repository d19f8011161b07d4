package dev.shoal.activities;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.activities.fork.ForkOrigins;
import dev.shoal.activities.inspect.Inspected;
import dev.shoal.activities.inspect.InspectedCorpus;
import dev.shoal.activities.inspect.InspectedTask;
import dev.shoal.activities.inspect.Inspector;
import dev.shoal.activities.stage.Failures;
import dev.shoal.activities.store.ArtifactManifests;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.NewArtifact;
import dev.shoal.migrations.RunStart;
import dev.shoal.models.checkpoint.FolderManifest;
import dev.shoal.workflows.ArtifactRef;
import dev.shoal.workflows.request.Dataset;
import dev.shoal.workflows.request.EvaluationTask;
import dev.shoal.workflows.request.ReconstructionRequest;
import dev.shoal.workflows.stages.Corpus;
import dev.shoal.workflows.stages.InspectionActivities;
import dev.shoal.workflows.stages.RunRef;
import dev.shoal.workflows.stages.TaskFiles;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInfo;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/** Inspects a request and opens its run. */
final class InspectionStage implements InspectionActivities {

  private static final ObjectMapper JSON = new ObjectMapper();
  private final Database database;
  private final Inspector inspector;

  InspectionStage(Database database, Inspector inspector) {
    this.database = database;
    this.inspector = inspector;
  }

  @Override
  public Inspection inspect(Task task) {
    try {
      Inspected found = inspector.inspect(task.requestJson());
      Optional<ForkOrigins.Found> fork =
          new ForkOrigins(database).of(found.request(), found.modelManifest().sha256());
      RunRef run =
          open(
              database,
              found.request().name(),
              found.request().tags(),
              task.requestJson(),
              fork.map(ForkOrigins.Found::run));
      database.runs().resolve(UUID.fromString(run.runId()), JSON.valueToTree(found.request()));
      ArtifactRef model = record(found.modelManifest(), "model", found.modelFolder().toString());
      return new Inspection(
          run,
          found.request(),
          model,
          corpora(found),
          tasks(found),
          found.plan().queue(),
          found.plan().markdown(),
          fork.map(ForkOrigins.Found::origin).orElse(null));
    } catch (RuntimeException e) {
      throw Failures.translate(e);
    }
  }

  /** The run's row; made once however often this is called for the same execution. */
  static RunRef open(
      Database database,
      String name,
      List<String> tags,
      String requestJson,
      Optional<UUID> forkedFrom) {
    ActivityInfo info = Activity.getExecutionContext().getInfo();
    RunStart start =
        new RunStart(
            info.getNamespace(),
            info.getWorkflowId(),
            info.getWorkflowRunId(),
            name,
            Optional.empty(),
            tags,
            json(requestJson),
            forkedFrom);
    return new RunRef(database.runs().create(start).toString(), info.getWorkflowId());
  }

  /** A start may come without any request, or with one that is no JSON. */
  private static JsonNode json(String text) {
    try {
      return text == null ? JSON.nullNode() : JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return JSON.getNodeFactory().textNode(text);
    }
  }

  private List<Corpus> corpora(Inspected found) {
    ReconstructionRequest request = found.request();
    return IntStream.range(0, request.datasets().size())
        .mapToObj(i -> corpus(request.datasets().get(i), found.corpora().get(i)))
        .toList();
  }

  private List<TaskFiles> tasks(Inspected found) {
    List<EvaluationTask> asked = found.request().evaluation().tasks();
    return IntStream.range(0, asked.size())
        .mapToObj(i -> task(asked.get(i).name(), found.tasks().get(i)))
        .toList();
  }

  private TaskFiles task(String name, InspectedTask task) {
    return new TaskFiles(
        name,
        record(task.items(), "corpus", task.path()),
        task.fewshot() == null ? null : record(task.fewshot(), "corpus", task.fewshotPath()));
  }

  private Corpus corpus(Dataset dataset, Inspected.Pair texts) {
    InspectedCorpus eval = texts.evalText();
    return new Corpus(
        dataset.name(),
        record(texts.text().manifest(), "corpus", texts.text().path()),
        eval == null ? null : record(eval.manifest(), "corpus", eval.path()));
  }

  private ArtifactRef record(FolderManifest manifest, String kind, String path) {
    ArtifactRef artifact = ArtifactManifests.ref(manifest, kind);
    database
        .artifacts()
        .record(
            new NewArtifact(
                artifact.sha256(),
                kind,
                "application/vnd.shoal.manifest+json",
                artifact.bytes(),
                Optional.of(manifest.toJson())),
            path);
    return artifact;
  }
}
