package dev.shoal.workflows;

import dev.shoal.workflows.stages.StageOutcome;
import dev.shoal.workflows.stages.TrainingActivities;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** One training stage in segments, so that a history stays short however long it trains. */
@WorkflowInterface
public interface Retrain {

  /** Trains segment by segment until the stage is done. */
  @WorkflowMethod(name = "Retrain")
  StageOutcome run(TrainingActivities.Task task, String deviceQueue);
}
