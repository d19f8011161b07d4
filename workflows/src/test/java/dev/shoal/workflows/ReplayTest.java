package dev.shoal.workflows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.workflows.stages.InspectionActivities;
import dev.shoal.workflows.stages.RunActivities;
import dev.shoal.workflows.stages.TrainingProgress;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.common.converter.RawValue;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.workflow.Workflow;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The stored histories are written by {@link WriteHistories}. */
@DisplayName("Runs that were started by earlier code")
class ReplayTest {

  static List<String> histories() {
    return List.of(
        "happy",
        "judged-beside",
        "told",
        "retrain",
        "parked-and-resumed",
        "paused",
        "cancelled",
        "compare");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("histories")
  @DisplayName("take the same path again")
  void replays(String history) {
    assertThatCode(
            () ->
                WorkflowReplayer.replayWorkflowExecution(
                    stored(history), ReconstructImpl.class, RetrainImpl.class, CompareImpl.class))
        .doesNotThrowAnyException();
  }

  @Test
  @DisplayName("are refused when the plot has changed: here it concludes right after inspection")
  void refusesChangedPlot() {
    assertThatThrownBy(() -> WorkflowReplayer.replayWorkflowExecution(stored("happy"), Hasty.class))
        .hasMessageContaining("NonDeterministicException");
  }

  /** A plot with everything between inspection and the end taken out. */
  public static final class Hasty implements Reconstruct {
    @Override
    public ReconstructionResult run(RawValue request, RawValue extra) {
      InspectionActivities.Inspection found =
          Workflow.newActivityStub(
                  InspectionActivities.class, ActivityPolicies.stage(TaskQueues.SHOAL, "inspect"))
              .inspect(
                  new InspectionActivities.Task(
                      RequestPayload.text(request, extra, RequestPayload.ONE)));
      return Workflow.newActivityStub(RunActivities.class, ActivityPolicies.record())
          .conclude(
              new RunActivities.Conclusion(found.run(), List.of(), null, null, null, "", null));
    }

    @Override
    public Progress progress() {
      return new Progress(null, "", List.of());
    }

    @Override
    public String plan() {
      return "";
    }

    @Override
    public void trained(TrainingProgress progress) {}

    @Override
    public String resumeStage(StageDecision decision) {
      return "";
    }

    @Override
    public void validateResumeStage(StageDecision decision) {}

    @Override
    public String pause() {
      return "";
    }

    @Override
    public void validatePause() {}

    @Override
    public String unpause() {
      return "";
    }

    @Override
    public void validateUnpause() {}
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("histories")
  @DisplayName("name no machine")
  void namesNoMachine(String history) throws IOException {
    String text = text(history);

    assertThat(text)
        .contains("\"identity\":\"shoal\"")
        .doesNotContain(InetAddress.getLocalHost().getHostName(), System.getProperty("user.dir"))
        .doesNotContain("WORKFLOW_TASK_FAILED");
  }

  /** With its id, from which the ids of child workflows are made. */
  private static WorkflowExecutionHistory stored(String history) throws IOException {
    return WorkflowExecutionHistory.fromJson(text(history), PlotEnvironment.WORKFLOW_ID);
  }

  private static String text(String history) throws IOException {
    try (InputStream json =
        ReplayTest.class.getResourceAsStream("/histories/" + history + ".json")) {
      return new String(json.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
