package dev.shoal.workflows;

import dev.shoal.workflows.stages.StageOutcome;
import dev.shoal.workflows.stages.TrainingActivities;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;

/** Segments in a loop; the next execution of the chain takes over when history grows long. */
public final class RetrainImpl implements Retrain {

  @Override
  public StageOutcome run(TrainingActivities.Task task, String deviceQueue) {
    TrainingActivities training =
        Workflow.newActivityStub(
            TrainingActivities.class,
            ActivityPolicies.stage(deviceQueue, task.stage().stageName()));
    while (true) {
      TrainingActivities.Segment segment = training.train(task);
      if (segment.outcome() != null) {
        return segment.outcome();
      }
      Workflow.setCurrentDetails(
          "%s: step %d of %d"
              .formatted(task.stage().stageName(), segment.step(), segment.totalSteps()));
      CancellationScope.throwCanceled(); // the next execution of the chain would not know of it
      if (Workflow.getInfo().isContinueAsNewSuggested()) {
        Workflow.continueAsNew(task, deviceQueue);
      }
    }
  }
}
