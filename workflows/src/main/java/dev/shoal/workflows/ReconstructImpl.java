package dev.shoal.workflows;

import dev.shoal.workflows.stages.InspectionActivities;
import dev.shoal.workflows.stages.InspectionActivities.Inspection;
import dev.shoal.workflows.stages.RunActivities;
import dev.shoal.workflows.stages.RunRef;
import dev.shoal.workflows.stages.TrainingProgress;
import io.temporal.common.converter.RawValue;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;

/** Opens the run, plays the {@link Plot}, closes the run, and passes on what users send. */
public final class ReconstructImpl implements Reconstruct {

  private final RunActivities runs =
      Workflow.newActivityStub(RunActivities.class, ActivityPolicies.record());
  private final StageBoard board = new StageBoard();
  private final Steering steering = new Steering(board, this::recordState);
  private RunRef run;

  /** Made by Temporal, before any update is handled. */
  @WorkflowInit
  public ReconstructImpl(RawValue request, RawValue extra) {}

  @Override
  public ReconstructionResult run(RawValue request, RawValue extra) {
    String json = null;
    try {
      steering.tell();
      json = RequestPayload.text(request, extra, RequestPayload.ONE);
      Inspection inspection = inspect(json);
      run = inspection.run();
      board.opened(run.runId(), inspection.request().model(), inspection.plan(), "shoal lineage");
      steering.open();
      return succeeded(new Plot(inspection, steering).play());
    } catch (TemporalFailure failure) {
      throw new Ending(failure).record(runs, board, steering::close, run, json);
    }
  }

  private static Inspection inspect(String json) {
    return Workflow.newActivityStub(
            InspectionActivities.class, ActivityPolicies.stage(TaskQueues.SHOAL, "inspect"))
        .inspect(new InspectionActivities.Task(json));
  }

  /** Detached because a run with all its stages done has succeeded, whatever is cancelled now. */
  private ReconstructionResult succeeded(RunActivities.Conclusion conclusion) {
    ReconstructionResult[] result = new ReconstructionResult[1];
    Workflow.newDetachedCancellationScope(
            () -> {
              steering.close();
              result[0] = runs.conclude(conclusion);
            })
        .run();
    board.state("SUCCEEDED");
    return result[0];
  }

  /** Detached because a cancelled write might still come through, after that of the run's end. */
  private void recordState(String state, String reason) {
    Workflow.newDetachedCancellationScope(
            () -> runs.recordState(new RunActivities.StateChange(run, state, reason)))
        .run();
  }

  @Override
  public Progress progress() {
    return board.progress();
  }

  @Override
  public String plan() {
    return board.plan();
  }

  @Override
  public void trained(TrainingProgress progress) {
    board.trained(progress);
  }

  @Override
  public String resumeStage(StageDecision decision) {
    return steering.decide(decision);
  }

  @Override
  public void validateResumeStage(StageDecision decision) {
    refuse(steering.refusal(decision));
  }

  private static void refuse(String reason) {
    if (reason != null) {
      throw new IllegalArgumentException(reason);
    }
  }

  @Override
  public String pause() {
    return steering.pause();
  }

  @Override
  public void validatePause() {
    refuse(steering.refusalToPause());
  }

  @Override
  public String unpause() {
    return steering.unpause();
  }

  @Override
  public void validateUnpause() {
    refuse(steering.refusalToUnpause());
  }
}
