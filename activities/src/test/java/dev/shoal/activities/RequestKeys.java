package dev.shoal.activities;

import dev.shoal.activities.devices.DeviceMemory;
import dev.shoal.activities.devices.WorkerDevices;
import dev.shoal.activities.stage.StageKey;
import dev.shoal.activities.stage.StageRunner;
import dev.shoal.activities.stage.StageSpec;
import dev.shoal.activities.stage.StageWork;
import dev.shoal.models.checkpoint.Sha256;
import dev.shoal.workflows.ArtifactRef;
import dev.shoal.workflows.request.Dataset;
import dev.shoal.workflows.request.EvaluationTask;
import dev.shoal.workflows.request.Export;
import dev.shoal.workflows.request.ReconstructionRequest;
import dev.shoal.workflows.request.Use;
import dev.shoal.workflows.stages.CalibrationActivities;
import dev.shoal.workflows.stages.Corpus;
import dev.shoal.workflows.stages.DataActivities;
import dev.shoal.workflows.stages.EvaluationActivities;
import dev.shoal.workflows.stages.ExpertActivities;
import dev.shoal.workflows.stages.NamedArtifact;
import dev.shoal.workflows.stages.PublishingActivities;
import dev.shoal.workflows.stages.RunRef;
import dev.shoal.workflows.stages.StageOutcome;
import dev.shoal.workflows.stages.TaskFiles;
import dev.shoal.workflows.stages.TrainingActivities;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The keys of a request's stages, each asked as the plot asks it. What people gave is an artifact
 * named by its place; what earlier stages made is the same whatever the request says, so that a
 * stage shows only what it depends on itself.
 */
final class RequestKeys {

  /** Tells what would be computed, and computes nothing. */
  private static final class Asked extends StageRunner {

    private final Map<String, String> keys = new TreeMap<>();

    Asked() {
      super(null, null, null);
    }

    @Override
    public StageOutcome run(StageSpec spec, StageWork work) {
      keys.merge(spec.code().stageName(), StageKey.of(spec, "engine").sha256(), String::concat);
      throw new Told();
    }
  }

  private static final class Told extends RuntimeException {}

  private static final RunRef RUN = new RunRef("run", "workflow");

  private final Asked stages = new Asked();
  private final WorkerDevices devices = WorkerDevices.cpu();
  private final ReconstructionRequest request;
  private final ArtifactRef model;
  private final ArtifactRef moe = artifact("moe");

  private RequestKeys(ReconstructionRequest request) {
    this.request = request;
    this.model = artifact(request.model());
  }

  /** Keys by the names of the stages; those of several data sets or models as one text. */
  static Map<String, String> of(ReconstructionRequest request) {
    RequestKeys keys = new RequestKeys(request);
    keys.tokenize();
    keys.calibrate();
    keys.experts();
    keys.train(TrainingActivities.Stage.ROUTER);
    keys.train(TrainingActivities.Stage.EXPERTS);
    keys.evaluate();
    keys.publish();
    return keys.stages.keys;
  }

  private void tokenize() {
    TokenizeStage stage = new TokenizeStage(stages, null);
    for (Dataset set : request.datasets()) {
      Corpus corpus = new Corpus(set.name(), artifact(set.path()), artifact(set.evalPath()));
      ask(() -> stage.tokenize(new DataActivities.Task(RUN, model, set, corpus, 0, 0)));
    }
  }

  private void calibrate() {
    CalibrationStages stage = new CalibrationStages(stages, null, devices);
    for (NamedArtifact set : tokens(Use.CALIBRATE)) {
      ask(
          () ->
              stage.calibrate(
                  new CalibrationActivities.CalibrateTask(
                      RUN, model, set, request.calibration(), request.numerics())));
      ask(
          () ->
              stage.affinity(
                  new CalibrationActivities.AffinityTask(
                      RUN,
                      model,
                      set,
                      tokens(Use.CALIBRATE),
                      request.calibration(),
                      request.experts().width(),
                      request.numerics())));
    }
    ask(
        () ->
            stage.group(
                new CalibrationActivities.GroupTask(
                    RUN, tokens(Use.CALIBRATE), request.experts())));
  }

  private void experts() {
    ExpertStages stage = new ExpertStages(stages, null, devices);
    ArtifactRef grouping = request.experts().needGroups() ? artifact("grouping") : null;
    ask(
        () ->
            stage.buildExperts(
                new ExpertActivities.BuildTask(
                    RUN,
                    model,
                    grouping,
                    tokens(Use.CALIBRATE),
                    tokens(Use.CALIBRATE),
                    request.experts(),
                    request.calibration(),
                    request.numerics())));
    ask(
        () ->
            stage.reassemble(
                new ExpertActivities.ReassembleTask(
                    RUN, model, moe, request.experts(), request.training().seed())));
  }

  private void train(TrainingActivities.Stage which) {
    TrainingStages stage = new TrainingStages(stages, null, null, devices, DeviceMemory::measured);
    List<Double> weights =
        request.datasets().stream().filter(d -> d.serves(Use.TRAIN)).map(Dataset::weight).toList();
    ask(
        () ->
            stage.train(
                new TrainingActivities.Task(
                    RUN,
                    which,
                    model,
                    moe,
                    tokens(Use.TRAIN),
                    weights,
                    request.training(),
                    request.numerics(),
                    request.checkpoint().everySeconds(),
                    60,
                    null)));
  }

  private void evaluate() {
    EvaluationStage stage = new EvaluationStage(stages, null, null, devices);
    ask(
        () ->
            stage.evaluate(
                new EvaluationActivities.Task(
                    RUN,
                    "trained",
                    model,
                    moe,
                    tokens(Use.EVALUATE),
                    request.evaluation(),
                    request.numerics(),
                    null)));
    for (EvaluationTask task : request.evaluation().tasks()) {
      TaskFiles files =
          new TaskFiles(task.name(), artifact(task.path()), artifact(task.fewshotPath()));
      ask(
          () ->
              stage.evaluateTask(
                  new EvaluationActivities.ScoreTask(
                      RUN, "trained", model, moe, task, files, request.numerics())));
    }
  }

  private void publish() {
    PublishingStages stage = new PublishingStages(stages, null, null);
    PublishingActivities.Story story =
        new PublishingActivities.Story(
            request, artifact("grouping"), tokens(Use.EVALUATE), List.of());
    for (Export.Format format : request.export().formats()) {
      ask(() -> stage.export(new PublishingActivities.ExportTask(RUN, model, moe, format, story)));
    }
    ask(() -> stage.report(new PublishingActivities.ReportTask(RUN, model, story, moe)));
  }

  private List<NamedArtifact> tokens(Use use) {
    return request.datasets().stream()
        .filter(set -> set.serves(use))
        .map(set -> new NamedArtifact(set.name(), artifact("made of a data set")))
        .toList();
  }

  private static ArtifactRef artifact(String what) {
    return what == null
        ? null
        : new ArtifactRef(Sha256.of(what.getBytes(StandardCharsets.UTF_8)), "any", 1);
  }

  private static void ask(Runnable stage) {
    try {
      stage.run();
      throw new IllegalStateException("no stage was asked for");
    } catch (Told expected) {
      // the stage is known
    }
  }
}
