package dev.shoal.workflows;

import dev.shoal.workflows.request.Dataset;
import dev.shoal.workflows.request.Export;
import dev.shoal.workflows.request.ReconstructionRequest;
import dev.shoal.workflows.request.Use;
import dev.shoal.workflows.stages.CalibrationActivities;
import dev.shoal.workflows.stages.Corpus;
import dev.shoal.workflows.stages.DataActivities;
import dev.shoal.workflows.stages.ExpertActivities;
import dev.shoal.workflows.stages.ForkActivities;
import dev.shoal.workflows.stages.InspectionActivities.Inspection;
import dev.shoal.workflows.stages.NamedArtifact;
import dev.shoal.workflows.stages.PublishingActivities;
import dev.shoal.workflows.stages.PublishingActivities.Story;
import dev.shoal.workflows.stages.RunActivities.Conclusion;
import dev.shoal.workflows.stages.RunRef;
import dev.shoal.workflows.stages.StageOutcome;
import dev.shoal.workflows.stages.TrainingActivities;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The story of one reconstruction. {@link #play} reads like the table of stages; everything below
 * it says what one stage is asked.
 */
final class Plot {

  private final Inspection found;
  private final ReconstructionRequest request;
  private final Steering steering;
  private final RunRef run;
  private final ArtifactRef model;
  private final Judgements judgements;
  private final ForkActivities.Origin origin; // null for a run from the beginning

  Plot(Inspection found, Steering steering) {
    this.found = found;
    this.request = found.request();
    this.steering = steering;
    this.run = found.run();
    this.model = found.model();
    this.judgements = new Judgements(found, steering);
    this.origin = found.origin();
  }

  /** The whole method, top to bottom. */
  Conclusion play() {
    takeCheckpoint();
    List<NamedArtifact> tokens = tokenize();
    List<NamedArtifact> calibrated = serving(tokens, Use.CALIBRATE);
    List<NamedArtifact> statistics = groups() ? calibrate(calibrated) : List.of();
    ArtifactRef grouping = groups() ? group(affinity(statistics, calibrated)) : null;
    ArtifactRef experts = buildExperts(grouping, statistics, calibrated);
    ArtifactRef assembled = reassemble(experts);

    judge("dense", null, tokens, null);
    ArtifactRef byHand = request.experts().haveOneOfEachGroup() ? grouping : null;
    judge("assembled", assembled, tokens, byHand);
    ArtifactRef routed = train(TrainingActivities.Stage.ROUTER, assembled, tokens);
    if (routed != null) {
      judge("routed", routed, tokens, null);
    }
    ArtifactRef before = routed == null ? assembled : routed;
    ArtifactRef trained = train(TrainingActivities.Stage.EXPERTS, before, tokens);
    if (trained != null) {
      judge("trained", trained, tokens, null);
    }
    ArtifactRef moe = trained == null ? before : trained;

    Story story = new Story(request, grouping, judgements.scores(), judgements.taskScores());
    StageOutcome checkpoint = export(Export.Format.HF, moe, story);
    StageOutcome gguf = export(Export.Format.GGUF, moe, story);
    StageOutcome report = report(story, artifact(checkpoint));
    String note = checkpoint == null ? "skipped by request" : checkpoint.note();
    return new Conclusion(
        run, story.scores(), moe, artifact(checkpoint), artifact(gguf), note, artifact(report));
  }

  private static ArtifactRef artifact(StageOutcome outcome) {
    return outcome == null ? null : outcome.artifact();
  }

  /** Everything else needs no data set's statistics, and none that prune alike. */
  private boolean groups() {
    return request.experts().needGroups();
  }

  /** First of all, while the run that it is from still keeps it. */
  private void takeCheckpoint() {
    if (origin != null) {
      ForkActivities forks = stub(ForkActivities.class, TaskQueues.SHOAL, "take checkpoint");
      ForkActivities.Task task = new ForkActivities.Task(run, origin);
      steering.stage("take checkpoint", () -> forks.takeCheckpoint(task));
    }
  }

  private List<NamedArtifact> tokenize() {
    int sequence = request.training().sequenceTokens();
    long calibration = calibrationWindows() * request.calibration().windowTokens();
    DataActivities data = stub(DataActivities.class, TaskQueues.SHOAL, "tokenize");
    return each(
        IntStream.range(0, found.corpora().size()).boxed().toList(),
        i -> found.corpora().get(i).dataset(),
        "tokenize",
        i -> {
          Dataset dataset = request.datasets().get(i);
          Corpus corpus = found.corpora().get(i);
          long train = dataset.serves(Use.CALIBRATE) ? calibration : 0;
          long least = dataset.serves(Use.TRAIN) ? Math.max(train, sequence) : train;
          long eval = dataset.serves(Use.EVALUATE) ? request.evaluation().windowTokens() : 0;
          return data.tokenize(new DataActivities.Task(run, model, dataset, corpus, least, eval));
        });
  }

  /** Of one data set; one sample of all of them makes all other experts. */
  private long calibrationWindows() {
    int windows = request.calibration().windows();
    if (groups()) {
      return (long) windows + request.calibration().affinityWindows();
    }
    long sets = request.datasets().stream().filter(d -> d.serves(Use.CALIBRATE)).count();
    return (windows + sets - 1) / sets;
  }

  private List<NamedArtifact> calibrate(List<NamedArtifact> tokens) {
    return each(
        tokens,
        NamedArtifact::name,
        "calibrate",
        set ->
            stub(CalibrationActivities.class, found.deviceQueue(), "calibrate · " + set.name())
                .calibrate(
                    new CalibrationActivities.CalibrateTask(
                        run, model, set, request.calibration(), request.numerics())));
  }

  private List<NamedArtifact> affinity(List<NamedArtifact> statistics, List<NamedArtifact> tokens) {
    return each(
        statistics,
        NamedArtifact::name,
        "affinity",
        set ->
            stub(CalibrationActivities.class, found.deviceQueue(), "affinity · " + set.name())
                .affinity(
                    new CalibrationActivities.AffinityTask(
                        run,
                        model,
                        set,
                        tokens,
                        request.calibration(),
                        request.experts().width(),
                        request.numerics())));
  }

  private ArtifactRef group(List<NamedArtifact> rows) {
    CalibrationActivities calibration =
        stub(CalibrationActivities.class, TaskQueues.SHOAL, "group");
    return steering
        .stage(
            "group",
            () ->
                calibration.group(
                    new CalibrationActivities.GroupTask(run, rows, request.experts())))
        .artifact();
  }

  private ArtifactRef buildExperts(
      ArtifactRef grouping, List<NamedArtifact> statistics, List<NamedArtifact> tokens) {
    ExpertActivities experts = stub(ExpertActivities.class, found.deviceQueue(), "build experts");
    ExpertActivities.BuildTask task =
        new ExpertActivities.BuildTask(
            run,
            model,
            grouping,
            statistics,
            tokens,
            request.experts(),
            request.calibration(),
            request.numerics());
    return steering.stage("build experts", () -> experts.buildExperts(task)).artifact();
  }

  private ArtifactRef reassemble(ArtifactRef built) {
    ExpertActivities experts = stub(ExpertActivities.class, TaskQueues.SHOAL, "reassemble");
    ExpertActivities.ReassembleTask task =
        new ExpertActivities.ReassembleTask(
            run, model, built, request.experts(), request.training().seed());
    return steering.stage("reassemble", () -> experts.reassemble(task)).artifact();
  }

  private void judge(
      String subject, ArtifactRef moe, List<NamedArtifact> tokens, ArtifactRef grouping) {
    judgements.begin(subject, moe, serving(tokens, Use.EVALUATE), grouping);
  }

  /** The trained mixture; null when the request or the user leaves the stage out. */
  private ArtifactRef train(
      TrainingActivities.Stage stage, ArtifactRef moe, List<NamedArtifact> tokens) {
    long budget =
        stage == TrainingActivities.Stage.ROUTER
            ? request.training().routerTokens()
            : request.training().expertTokens();
    if (budget == 0) {
      return null;
    }
    if (origin != null && stage.compareTo(origin.stage()) < 0) {
      return origin.mixture(); // trained by this stage before it was taken
    }
    boolean forked = origin != null && stage == origin.stage();
    judgements.refuseToGoOn();
    List<NamedArtifact> used = serving(tokens, Use.TRAIN);
    List<Double> weights =
        request.datasets().stream().filter(d -> d.serves(Use.TRAIN)).map(Dataset::weight).toList();
    TrainingActivities.Task task =
        new TrainingActivities.Task(
            run,
            stage,
            model,
            forked ? origin.mixture() : moe,
            used,
            weights,
            request.training(),
            request.numerics(),
            request.checkpoint().everySeconds(),
            ActivityPolicies.SEGMENT_SECONDS,
            forked ? from(origin) : null);
    StageOutcome outcome =
        steering.skippable(
            stage.stageName(), () -> retrain(stage.stageName()).run(task, found.deviceQueue()));
    return outcome == null ? null : outcome.artifact();
  }

  private TrainingActivities.From from(ForkActivities.Origin taken) {
    long step = taken.tokens() / request.training().batchTokens();
    return new TrainingActivities.From(taken.checkpoint(), step);
  }

  private static Retrain retrain(String stage) {
    return Workflow.newChildWorkflowStub(
        Retrain.class, ActivityPolicies.child(stage.replace(' ', '-'), stage));
  }

  /** Null where the request does not ask for the format, or the user leaves it out. */
  private StageOutcome export(Export.Format format, ArtifactRef moe, Story story) {
    if (!request.export().formats().contains(format)) {
      return null;
    }
    String stage = format == Export.Format.HF ? "export" : "export gguf";
    PublishingActivities publishing = stub(PublishingActivities.class, found.deviceQueue(), stage);
    PublishingActivities.ExportTask task =
        new PublishingActivities.ExportTask(run, model, moe, format, story);
    return steering.skippable(stage, () -> publishing.export(task));
  }

  private StageOutcome report(Story story, ArtifactRef checkpoint) {
    PublishingActivities publishing = stub(PublishingActivities.class, TaskQueues.SHOAL, "report");
    PublishingActivities.ReportTask task =
        new PublishingActivities.ReportTask(run, model, story, checkpoint);
    return steering.skippable("report", () -> publishing.report(task));
  }

  /**
   * One stage per item, all scheduled at once; results in the order of the items. The first that
   * must end the run does so, even if another waits for a decision.
   */
  private <T> List<NamedArtifact> each(
      List<T> items, Function<T, String> name, String stage, Function<T, StageOutcome> work) {
    List<Promise<StageOutcome>> pending =
        items.stream()
            .map(
                item ->
                    Async.function(
                        () ->
                            steering.stage(
                                stage + " · " + name.apply(item), () -> work.apply(item))))
            .toList();
    Promise.allOf(pending).get();
    return IntStream.range(0, items.size())
        .mapToObj(i -> new NamedArtifact(name.apply(items.get(i)), pending.get(i).get().artifact()))
        .toList();
  }

  private List<NamedArtifact> serving(List<NamedArtifact> tokens, Use use) {
    return IntStream.range(0, tokens.size())
        .filter(i -> request.datasets().get(i).serves(use))
        .mapToObj(tokens::get)
        .toList();
  }

  private static <T> T stub(Class<T> activities, String queue, String summary) {
    return Workflow.newActivityStub(activities, ActivityPolicies.stage(queue, summary));
  }
}
