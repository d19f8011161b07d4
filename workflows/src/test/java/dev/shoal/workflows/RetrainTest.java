package dev.shoal.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.workflows.stages.NamedArtifact;
import dev.shoal.workflows.stages.StageOutcome;
import dev.shoal.workflows.stages.TrainingActivities;
import io.temporal.api.enums.v1.EventType;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Retraining")
class RetrainTest {

  /** A task as large as a payload may almost be, so that a history is long after 20 segments. */
  private static TrainingActivities.Task largeTask() {
    NamedArtifact tokens =
        new NamedArtifact("x".repeat(220_000), FakeStages.artifact("tokens", "law"));
    return new TrainingActivities.Task(
        null,
        TrainingActivities.Stage.EXPERTS,
        null,
        null,
        List.of(tokens),
        null,
        null,
        null,
        1,
        1,
        null);
  }

  @Test
  @DisplayName("goes on in a new execution when its history has grown long, and counts on")
  void continuesAsNew() {
    try (PlotEnvironment plot = new PlotEnvironment()) {
      plot.stages.segments.put("train experts", 25);
      WorkflowStub stub =
          plot.temporal()
              .getWorkflowClient()
              .newUntypedWorkflowStub(
                  "Retrain",
                  WorkflowOptions.newBuilder()
                      .setTaskQueue(TaskQueues.SHOAL)
                      .setWorkflowId("retrain")
                      .build());
      String first = stub.start(largeTask(), TaskQueues.GPU).getRunId();

      StageOutcome outcome = stub.getResult(StageOutcome.class);

      assertThat(outcome.artifact()).isEqualTo(FakeStages.artifact("moe", "train experts"));
      assertThat(plot.stages.calls).hasSize(25).containsOnly("train experts @ shoal-gpu");
      assertThat(plot.temporal().getWorkflowClient().fetchHistory("retrain", first).getEvents())
          .last()
          .extracting(e -> e.getEventType())
          .isEqualTo(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW);
    }
  }
}
