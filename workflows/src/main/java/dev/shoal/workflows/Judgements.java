package dev.shoal.workflows;

import dev.shoal.workflows.request.EvaluationTask;
import dev.shoal.workflows.request.ReconstructionRequest;
import dev.shoal.workflows.stages.EvaluationActivities;
import dev.shoal.workflows.stages.InspectionActivities.Inspection;
import dev.shoal.workflows.stages.NamedArtifact;
import dev.shoal.workflows.stages.StageOutcome;
import dev.shoal.workflows.stages.TaskFiles;
import io.temporal.workflow.Async;
import io.temporal.workflow.Functions.Func;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Models are judged while the next one is made; {@link #scores} waits for what is under way. */
final class Judgements {

  /** Runs from before it judged one model after the other. */
  private static final String JUDGE_BESIDE = "judge-beside";

  private final Inspection found;
  private final ReconstructionRequest request;
  private final Steering steering;
  private final List<Promise<NamedArtifact>> scores = new ArrayList<>();
  private final List<Promise<NamedArtifact>> taskScores = new ArrayList<>();

  Judgements(Inspection found, Steering steering) {
    this.found = found;
    this.request = found.request();
    this.steering = steering;
  }

  /** Perplexities by model, in the order they were asked for. */
  List<NamedArtifact> scores() {
    return judged(scores);
  }

  /** Scores on tasks by model and task. */
  List<NamedArtifact> taskScores() {
    return judged(taskScores);
  }

  /**
   * Begins to judge a model; what comes next does not wait.
   *
   * @param moe the mixture; null for the dense model
   * @param tokens of the data sets to judge on
   * @param grouping to judge it by hand as well, every data set with the expert of its group; or
   *     null
   */
  void begin(String subject, ArtifactRef moe, List<NamedArtifact> tokens, ArtifactRef grouping) {
    String stage = "evaluate · " + subject;
    EvaluationActivities evaluation = stub(stage);
    EvaluationActivities.Task task =
        new EvaluationActivities.Task(
            found.run(),
            subject,
            found.model(),
            moe,
            tokens,
            request.evaluation(),
            request.numerics(),
            grouping);
    scores.add(beside(subject, stage, () -> evaluation.evaluate(task)));
    List<EvaluationTask> tasks = request.evaluation().tasks();
    for (int i = 0; i < tasks.size(); i++) {
      score(subject, moe, tasks.get(i), found.tasks().get(i));
    }
  }

  private void score(String subject, ArtifactRef moe, EvaluationTask task, TaskFiles files) {
    String name = subject + "/" + task.name();
    String stage = "evaluate task · " + name;
    EvaluationActivities evaluation = stub(stage);
    EvaluationActivities.ScoreTask asked =
        new EvaluationActivities.ScoreTask(
            found.run(), subject, found.model(), moe, task, files, request.numerics());
    taskScores.add(beside(name, stage, () -> evaluation.evaluateTask(asked)));
  }

  /** A judgement under way; null in it when the user skips it. Older runs wait for each. */
  private Promise<NamedArtifact> beside(String name, String stage, Func<StageOutcome> work) {
    Func<NamedArtifact> judgement =
        () -> {
          StageOutcome outcome = steering.skippable(stage, work);
          return outcome == null ? null : new NamedArtifact(name, outcome.artifact());
        };
    int version = Workflow.getVersion(JUDGE_BESIDE, Workflow.DEFAULT_VERSION, 1);
    return version == Workflow.DEFAULT_VERSION
        ? Workflow.newPromise(judgement.apply())
        : Async.function(judgement);
  }

  /** Waits for judgements; those that were not skipped, in the order they began. */
  private static List<NamedArtifact> judged(List<Promise<NamedArtifact>> judgements) {
    Promise.allOf(judgements).get();
    return judgements.stream().map(Promise::get).filter(Objects::nonNull).toList();
  }

  /** A judgement that ended the run does so before more is spent. */
  void refuseToGoOn() {
    Stream.of(scores, taskScores)
        .flatMap(List::stream)
        .filter(Promise::isCompleted)
        .forEach(Promise::get);
  }

  private EvaluationActivities stub(String summary) {
    return Workflow.newActivityStub(
        EvaluationActivities.class, ActivityPolicies.stage(found.deviceQueue(), summary));
  }
}
