package dev.shoal.workflows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.shoal.workflows.stages.RunActivities.End;
import dev.shoal.workflows.stages.RunActivities.StateChange;
import io.temporal.client.WorkflowStub;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A stage that cannot succeed")
class SteeringTest extends SteeredPlot {

  @Test
  @DisplayName("parks a stage that cannot succeed, says why and how to go on, and tries it again")
  void parksAndRetries() {
    WorkflowStub stub = startParkedAt("group");
    plot.awaitCalls("recordState", 1);

    assertThat(plot.run().progress().state()).isEqualTo("NEEDS_ATTENTION");
    assertThat(plot.searchAttribute("ShoalState")).isEqualTo("NEEDS_ATTENTION");
    assertThat(plot.details())
        .startsWith(
            """
            ### group needs attention

            NoProgress: three attempts began at step 7

            Send the update `resumeStage` with `{"stage":"group","action":"retry"}` (or `abort`).""");
    assertThat(decide(null, "retry")).isEqualTo("retry: group");

    stub.getResult(ReconstructionResult.class);
    assertThat(stages.stagesCalled()).filteredOn("group"::equals).hasSize(2);
    assertThat(stages.states)
        .extracting(StateChange::state, StateChange::reason)
        .containsExactly(
            tuple("NEEDS_ATTENTION", "group: NoProgress: three attempts began at step 7"),
            tuple("RUNNING", ""));
    assertThat(stages.ends).isEmpty();
  }

  @Test
  @DisplayName("goes on without a stage that the user skips")
  void skips() {
    WorkflowStub stub = startParkedAt("evaluate · dense");
    decide("evaluate · dense", "skip");

    stub.getResult(ReconstructionResult.class);
    assertThat(plot.run().progress().stages())
        .contains(new Progress.Stage("evaluate · dense", "SKIPPED", "skipped by request"));
    assertThat(stages.conclusions.get(0).scores()).hasSize(1);
  }

  @Test
  @DisplayName("exports the mixture before a training stage that the user skips")
  void skipsTraining() {
    stages.on("train experts", FakeStages.fails("Diverged", "loss is NaN at step 3"));
    WorkflowStub stub = plot.start(PlotEnvironment.FULL);
    plot.awaitStage("train experts", "NEEDS_ATTENTION");
    assertThat(plot.details()).contains("Diverged: loss is NaN at step 3");
    decide("train experts", "skip");

    stub.getResult(ReconstructionResult.class);
    assertThat(stages.stagesCalled()).doesNotContain("evaluate · trained");
    assertThat(stages.conclusions.get(0).moe())
        .isEqualTo(FakeStages.artifact("moe", "train router"));
  }

  @Test
  @DisplayName("ends as Aborted with the reason when the user gives up")
  void aborts() {
    WorkflowStub stub = startParkedAt("group");
    decide("group", "abort");

    String message = "Given up at group. NoProgress: three attempts began at step 7";
    assertThat(PlotEnvironment.failureOf(stub)).isEqualTo("Aborted: " + message);
    assertThat(stages.ends)
        .extracting(End::status, End::failureType, End::message)
        .containsExactly(tuple("FAILED", "Aborted", message));
  }

  @Test
  @DisplayName("refuses decisions that fit no waiting stage, and says which would")
  void refusesDecisions() {
    stages
        .on("calibrate · law", FakeStages.fails("NoProgress", "stuck"))
        .on("calibrate · code", FakeStages.fails("NoProgress", "stuck"));
    stages.on("tokenize · law", FakeStages.runsUntilCancelled());
    WorkflowStub stub = plot.start(PlotEnvironment.FULL);
    plot.awaitCalls("tokenize · law", 1);
    assertRefused(new StageDecision(null, "retry"), "no stage needs attention");
    plot.run().pause();
    plot.run().unpause();
    plot.awaitStage("calibrate · law", "NEEDS_ATTENTION");
    plot.awaitStage("calibrate · code", "NEEDS_ATTENTION");

    assertRefused(null, "action must be retry, skip or abort");
    assertRefused(new StageDecision("calibrate · law", "again"), "action must be retry, skip");
    assertRefused(new StageDecision("calibrate · law", null), "action must be retry, skip");
    assertRefused(new StageDecision(null, "retry"), "name one of the waiting stages: calibrate · ");
    assertRefused(new StageDecision("group", "retry"), "group is not waiting; waiting: calibrate");
    assertRefused(
        new StageDecision("calibrate · law", "skip"),
        "the run cannot do without calibrate · law: retry or abort");
    assertThatThrownBy(() -> stub.update("resumeStage", String.class, "retry"))
        .hasStackTraceContaining("StageDecision");

    decide("calibrate · code", "retry");
    plot.awaitStage("calibrate · code", "COMPUTED");
    assertThat(plot.run().progress().state()).isEqualTo("NEEDS_ATTENTION");
    decide(null, "retry");
    stub.getResult(ReconstructionResult.class);
  }

  private void assertRefused(StageDecision decision, String message) {
    assertThatThrownBy(() -> plot.run().resumeStage(decision)).hasStackTraceContaining(message);
  }
}
