package dev.shoal.workflows.stages;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.shoal.workflows.ArtifactRef;
import dev.shoal.workflows.request.Evaluation;
import dev.shoal.workflows.request.EvaluationTask;
import dev.shoal.workflows.request.Numerics;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.List;

/** Judges any model, dense or mixture. */
@ActivityInterface
public interface EvaluationActivities {

  /**
   * Perplexity on every data set, and for a mixture the use of its experts.
   *
   * <p>Idempotent: a finished computation is returned. Heartbeats windows; a retry starts again.
   */
  @ActivityMethod(name = "evaluate")
  StageOutcome evaluate(Task task);

  /**
   * Scores on a task as lm-evaluation-harness gives them, with every item's result.
   *
   * <p>Idempotent as {@link #evaluate}; heartbeats items; a retry starts again.
   */
  @ActivityMethod(name = "evaluateTask")
  StageOutcome evaluateTask(ScoreTask task);

  /**
   * What to score.
   *
   * @param run for whom
   * @param subject dense, assembled, routed or trained
   * @param model the dense checkpoint
   * @param moe the mixture; null to score the dense model
   * @param task which questions
   * @param files where they lie
   * @param numerics device and precision; null in older histories: cpu and float32
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record ScoreTask(
      RunRef run,
      String subject,
      ArtifactRef model,
      ArtifactRef moe,
      EvaluationTask task,
      TaskFiles files,
      Numerics numerics) {}

  /**
   * What to judge.
   *
   * @param run for whom
   * @param subject dense, assembled, routed or trained
   * @param model the dense checkpoint
   * @param moe the mixture; null to judge the dense model
   * @param tokens of every data set to judge on
   * @param evaluation which windows
   * @param numerics device and precision; null in older histories: cpu and float32
   * @param grouping which data sets each expert was made for; null where that was not so, or where
   *     the router is no longer what it was at first
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Task(
      RunRef run,
      String subject,
      ArtifactRef model,
      ArtifactRef moe,
      List<NamedArtifact> tokens,
      Evaluation evaluation,
      Numerics numerics,
      ArtifactRef grouping) {}
}
