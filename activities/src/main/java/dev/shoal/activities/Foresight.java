package dev.shoal.activities;

import static dev.shoal.activities.AskedStages.ask;

import dev.shoal.activities.devices.DeviceMemory;
import dev.shoal.activities.devices.WorkerDevices;
import dev.shoal.activities.fork.ForkOrigins;
import dev.shoal.activities.inspect.Inspected;
import dev.shoal.activities.inspect.InspectedCorpus;
import dev.shoal.activities.inspect.InspectedTask;
import dev.shoal.activities.store.ArtifactManifests;
import dev.shoal.migrations.Database;
import dev.shoal.models.checkpoint.FolderManifest;
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
import dev.shoal.workflows.stages.ForkActivities;
import dev.shoal.workflows.stages.NamedArtifact;
import dev.shoal.workflows.stages.PublishingActivities;
import dev.shoal.workflows.stages.RunRef;
import dev.shoal.workflows.stages.TaskFiles;
import dev.shoal.workflows.stages.TrainingActivities;
import java.util.ArrayList;
import java.util.List;

/**
 * What the stages of a request would be asked, and which of their results are there: the plot once
 * more, without a workflow and without any work. A result that is not there is stood for by the key
 * of its computation, so that what depends on it is not there either.
 */
public final class Foresight {

  private static final RunRef NOBODY = new RunRef("", "");

  private final AskedStages stages;
  private final WorkerDevices devices;
  private final ReconstructionRequest request;
  private final Inspected found;
  private final ArtifactRef model;
  private final ForkActivities.Origin origin;
  private final List<NamedArtifact> scores = new ArrayList<>();
  private final List<NamedArtifact> taskScores = new ArrayList<>();

  private Foresight(Database database, Inspected found, WorkerDevices devices) {
    this.stages = new AskedStages(database);
    this.devices = devices;
    this.found = found;
    this.request = found.request();
    this.model = ArtifactManifests.ref(found.modelManifest(), "model");
    this.origin =
        new ForkOrigins(database)
            .of(request, model.sha256())
            .map(ForkOrigins.Found::origin)
            .orElse(null);
  }

  /** The stages of an inspected request, in the order of the plot. */
  public static List<ForeseenStage> of(Database database, Inspected found, WorkerDevices devices) {
    Foresight foresight = new Foresight(database, found, devices);
    foresight.play();
    return foresight.stages.asked();
  }

  private void play() {
    if (origin != null) {
      ForkStage fork = new ForkStage(stages, null);
      ask(() -> fork.takeCheckpoint(new ForkActivities.Task(NOBODY, origin)));
    }
    List<NamedArtifact> tokens = tokenize();
    List<NamedArtifact> calibrated = serving(tokens, Use.CALIBRATE);
    boolean groups = request.experts().needGroups();
    List<NamedArtifact> statistics = groups ? calibrate(calibrated) : List.of();
    ArtifactRef grouping = groups ? group(statistics, calibrated) : null;
    ArtifactRef assembled = experts(grouping, statistics, calibrated);
    judge("dense", null, tokens, null);
    judge("assembled", assembled, tokens, request.experts().haveOneOfEachGroup() ? grouping : null);
    ArtifactRef routed = train(TrainingActivities.Stage.ROUTER, assembled, tokens);
    ArtifactRef trained =
        train(TrainingActivities.Stage.EXPERTS, routed == null ? assembled : routed, tokens);
    if (routed != null) {
      judge("routed", routed, tokens, null);
    }
    if (trained != null) {
      judge("trained", trained, tokens, null);
    }
    publish(trained != null ? trained : routed != null ? routed : assembled, grouping);
  }

  private List<NamedArtifact> tokenize() {
    TokenizeStage stage = new TokenizeStage(stages, null);
    List<NamedArtifact> tokens = new ArrayList<>();
    for (int i = 0; i < request.datasets().size(); i++) {
      Dataset set = request.datasets().get(i);
      InspectedCorpus eval = found.corpora().get(i).evalText();
      Corpus corpus =
          new Corpus(
              set.name(),
              corpus(found.corpora().get(i).text().manifest()),
              eval == null ? null : corpus(eval.manifest()));
      tokens.add(
          new NamedArtifact(
              set.name(),
              ask(
                  () ->
                      stage.tokenize(new DataActivities.Task(NOBODY, model, set, corpus, 0, 0)))));
    }
    return tokens;
  }

  private static ArtifactRef corpus(FolderManifest manifest) {
    return ArtifactManifests.ref(manifest, "corpus");
  }

  private List<NamedArtifact> calibrate(List<NamedArtifact> tokens) {
    CalibrationStages stage = new CalibrationStages(stages, null, devices);
    return tokens.stream()
        .map(
            set ->
                new NamedArtifact(
                    set.name(),
                    ask(
                        () ->
                            stage.calibrate(
                                new CalibrationActivities.CalibrateTask(
                                    NOBODY,
                                    model,
                                    set,
                                    request.calibration(),
                                    request.numerics())))))
        .toList();
  }

  private ArtifactRef group(List<NamedArtifact> statistics, List<NamedArtifact> tokens) {
    CalibrationStages stage = new CalibrationStages(stages, null, devices);
    List<NamedArtifact> rows =
        statistics.stream()
            .map(
                set ->
                    new NamedArtifact(
                        set.name(),
                        ask(
                            () ->
                                stage.affinity(
                                    new CalibrationActivities.AffinityTask(
                                        NOBODY,
                                        model,
                                        set,
                                        tokens,
                                        request.calibration(),
                                        request.experts().width(),
                                        request.numerics())))))
            .toList();
    return ask(
        () -> stage.group(new CalibrationActivities.GroupTask(NOBODY, rows, request.experts())));
  }

  private ArtifactRef experts(
      ArtifactRef grouping, List<NamedArtifact> statistics, List<NamedArtifact> tokens) {
    ExpertStages stage = new ExpertStages(stages, null, devices);
    ExpertActivities.BuildTask build =
        new ExpertActivities.BuildTask(
            NOBODY,
            model,
            grouping,
            statistics,
            tokens,
            request.experts(),
            request.calibration(),
            request.numerics());
    ArtifactRef built = ask(() -> stage.buildExperts(build));
    ExpertActivities.ReassembleTask reassemble =
        new ExpertActivities.ReassembleTask(
            NOBODY, model, built, request.experts(), request.training().seed());
    return ask(() -> stage.reassemble(reassemble));
  }

  private ArtifactRef train(
      TrainingActivities.Stage which, ArtifactRef moe, List<NamedArtifact> tokens) {
    boolean router = which == TrainingActivities.Stage.ROUTER;
    if ((router ? request.training().routerTokens() : request.training().expertTokens()) == 0) {
      return null;
    }
    if (origin != null && which.compareTo(origin.stage()) < 0) {
      return origin.mixture();
    }
    boolean forked = origin != null && which == origin.stage();
    TrainingActivities.Task task =
        new TrainingActivities.Task(
            NOBODY,
            which,
            model,
            forked ? origin.mixture() : moe,
            serving(tokens, Use.TRAIN),
            request.datasets().stream()
                .filter(d -> d.serves(Use.TRAIN))
                .map(Dataset::weight)
                .toList(),
            request.training(),
            request.numerics(),
            0,
            0,
            forked ? new TrainingActivities.From(origin.checkpoint(), 0) : null);
    TrainingStages stage = new TrainingStages(stages, null, null, devices, DeviceMemory::measured);
    return ask(() -> stage.train(task));
  }

  private void judge(
      String subject, ArtifactRef moe, List<NamedArtifact> tokens, ArtifactRef grouping) {
    EvaluationStage stage = new EvaluationStage(stages, null, null, devices);
    EvaluationActivities.Task judged =
        new EvaluationActivities.Task(
            NOBODY,
            subject,
            model,
            moe,
            serving(tokens, Use.EVALUATE),
            request.evaluation(),
            request.numerics(),
            grouping);
    scores.add(new NamedArtifact(subject, ask(() -> stage.evaluate(judged))));
    for (int i = 0; i < request.evaluation().tasks().size(); i++) {
      EvaluationTask task = request.evaluation().tasks().get(i);
      EvaluationActivities.ScoreTask scored =
          new EvaluationActivities.ScoreTask(
              NOBODY, subject, model, moe, task, files(task, i), request.numerics());
      taskScores.add(
          new NamedArtifact(subject + "/" + task.name(), ask(() -> stage.evaluateTask(scored))));
    }
  }

  private TaskFiles files(EvaluationTask task, int i) {
    InspectedTask files = found.tasks().get(i);
    return new TaskFiles(
        task.name(),
        corpus(files.items()),
        files.fewshot() == null ? null : corpus(files.fewshot()));
  }

  private void publish(ArtifactRef moe, ArtifactRef grouping) {
    PublishingStages stage = new PublishingStages(stages, null, null);
    PublishingActivities.Story story =
        new PublishingActivities.Story(request, grouping, scores, taskScores);
    ArtifactRef checkpoint = null;
    for (Export.Format format : Export.Format.values()) {
      if (request.export().formats().contains(format)) {
        ArtifactRef made =
            ask(
                () ->
                    stage.export(
                        new PublishingActivities.ExportTask(NOBODY, model, moe, format, story)));
        checkpoint = format == Export.Format.HF ? made : checkpoint;
      }
    }
    ArtifactRef exported = checkpoint;
    ask(() -> stage.report(new PublishingActivities.ReportTask(NOBODY, model, story, exported)));
  }

  private List<NamedArtifact> serving(List<NamedArtifact> tokens, Use use) {
    List<NamedArtifact> serving = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      if (request.datasets().get(i).serves(use)) {
        serving.add(tokens.get(i));
      }
    }
    return serving;
  }
}
