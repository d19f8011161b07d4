package dev.shoal.workflows;

import dev.shoal.workflows.stages.TrainingProgress;
import io.temporal.common.converter.RawValue;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.UpdateValidatorMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Turns a dense model into an evaluated Mixture of Experts; what the UI starts and steers. */
@WorkflowInterface
public interface Reconstruct {

  /** Workflow type, as it is typed into the UI. */
  String TYPE = "Reconstruct";

  /**
   * Runs every stage. The payloads are taken raw so that a mistake in them ends the execution with
   * a readable message; a typed parameter would leave it retrying its first task for ever.
   *
   * @param request one JSON object, see {@link dev.shoal.workflows.request.ReconstructionRequest}
   * @param extra nothing; a second argument is a mistake that is named
   */
  @WorkflowMethod(name = TYPE)
  ReconstructionResult run(RawValue request, RawValue extra);

  /** The stages so far. */
  @QueryMethod(name = "progress", description = "Stages so far: state, origin, what is next")
  Progress progress();

  /** What inspection found the run to cost, as Markdown; empty until then. */
  @QueryMethod(name = "plan", description = "What the run was expected to cost")
  String plan();

  /** A worker tells how far a training stage is; nothing for people to send. */
  @SignalMethod(name = "trained", description = "Sent by workers at checkpoints")
  void trained(TrainingProgress progress);

  /** Decides about a stage that needs attention. */
  @UpdateMethod(
      name = "resumeStage",
      description =
          "Decide about a stage that needs attention, e.g. {\"stage\":\"train experts\","
              + "\"action\":\"retry\"}; action is retry, skip or abort, stage may be left out")
  String resumeStage(StageDecision decision);

  /** Refuses a decision that fits no waiting stage. */
  @UpdateValidatorMethod(updateName = "resumeStage")
  void validateResumeStage(StageDecision decision);

  /** Stops at the next checkpoint and frees the device. */
  @UpdateMethod(name = "pause", description = "Checkpoint, free the device and wait; no input")
  String pause();

  /** Refuses a second pause. */
  @UpdateValidatorMethod(updateName = "pause")
  void validatePause();

  /** Goes on after a pause. */
  @UpdateMethod(name = "unpause", description = "Go on after a pause; no input")
  String unpause();

  /** Refuses what was not paused. */
  @UpdateValidatorMethod(updateName = "unpause")
  void validateUnpause();
}
