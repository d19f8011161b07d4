package dev.shoal.workflows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.workflows.stages.RunActivities.End;
import io.temporal.client.ActivityCanceledException;
import io.temporal.client.UpdateOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateStage;
import io.temporal.failure.ApplicationFailure;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A running reconstruction")
class PauseAndCancelTest extends SteeredPlot {

  @Test
  @DisplayName("stops the running stage on pause and runs it again on unpause")
  void pauses() {
    stages.on("calibrate · law", FakeStages.runsUntilCancelled());
    WorkflowStub stub = plot.start(PlotEnvironment.SHORT);
    plot.awaitCalls("calibrate · law", 1);

    assertThat(plot.run().pause())
        .isEqualTo("pausing: running stages write a checkpoint and free their device");
    plot.awaitStage("calibrate · law", "PAUSED"); // only after the activity has stopped
    assertThatThrownBy(() -> plot.run().pause())
        .hasStackTraceContaining("the run is paused already");
    assertThat(plot.searchAttribute("ShoalState")).isEqualTo("PAUSED");
    assertThat(plot.run().unpause()).isEqualTo("going on");
    assertThatThrownBy(() -> plot.run().unpause()).hasStackTraceContaining("the run is not paused");

    stub.getResult(ReconstructionResult.class);
    assertThat(stages.stagesCalled()).filteredOn("calibrate · law"::equals).hasSize(2);
    assertThat(statesRecorded()).containsExactly("PAUSED", "RUNNING");
  }

  @Test
  @DisplayName("pauses every parallel stage, and a training stage through its child")
  void pausesParallelAndChild() {
    stages
        .on("calibrate · law", FakeStages.runsUntilCancelled())
        .on("calibrate · code", FakeStages.runsUntilCancelled())
        .on("train experts", FakeStages.runsUntilCancelled());
    WorkflowStub stub = plot.start(PlotEnvironment.FULL);
    plot.awaitCalls("calibrate · law", 1);
    plot.awaitCalls("calibrate · code", 1);
    plot.run().pause();
    plot.awaitStage("calibrate · law", "PAUSED");
    plot.awaitStage("calibrate · code", "PAUSED");
    plot.run().unpause();
    plot.awaitCalls("train experts", 1);
    plot.run().pause();
    plot.awaitStage("train experts", "PAUSED");
    plot.run().unpause();

    stub.getResult(ReconstructionResult.class);
    assertThat(stages.stagesCalled()).filteredOn("train experts"::equals).hasSize(2);
  }

  @Test
  @DisplayName("survives an unpause that comes before the stage has stopped")
  void unpausesEarly() {
    CountDownLatch checkpointWritten = new CountDownLatch(1);
    stages.on(
        "calibrate · law",
        () -> {
          try {
            FakeStages.runsUntilCancelled().happen();
          } catch (ActivityCanceledException e) {
            checkpointWritten.await();
            throw e;
          }
        });
    WorkflowStub stub = plot.start(PlotEnvironment.SHORT);
    plot.awaitCalls("calibrate · law", 1);
    plot.run().pause();
    plot.run().unpause();
    checkpointWritten.countDown();

    stub.getResult(ReconstructionResult.class);
    assertThat(stages.stagesCalled()).filteredOn("calibrate · law"::equals).hasSize(2);
  }

  @Test
  @DisplayName("runs a stage again that failed instead of stopping for a pause")
  void failsWhilePausing() {
    stages.on(
        "calibrate · law",
        () -> {
          try {
            FakeStages.runsUntilCancelled().happen();
          } catch (ActivityCanceledException e) {
            throw ApplicationFailure.newNonRetryableFailure("no space", "StorageUnavailable");
          }
        });
    WorkflowStub stub = plot.start(PlotEnvironment.SHORT);
    plot.awaitCalls("calibrate · law", 1);
    plot.run().pause();
    plot.awaitStage("calibrate · law", "PAUSED");
    plot.run().unpause();

    stub.getResult(ReconstructionResult.class);
    assertThat(statesRecorded()).containsExactly("PAUSED", "RUNNING");
  }

  @Test
  @DisplayName("takes a decision during a pause and acts on it afterwards")
  void decidesWhilePaused() {
    WorkflowStub stub = startParkedAt("group");
    plot.run().pause();
    assertThat(plot.run().progress().state()).isEqualTo("PAUSED");
    decide("group", "retry");
    plot.awaitStage("group", "PAUSED");
    assertThat(stages.stagesCalled()).filteredOn("group"::equals).hasSize(1);
    plot.run().unpause();

    stub.getResult(ReconstructionResult.class);
    assertThat(statesRecorded()).containsExactly("NEEDS_ATTENTION", "PAUSED", "RUNNING");
  }

  @Test
  @DisplayName("still waits for its decision after a pause")
  void waitsAfterPause() {
    WorkflowStub stub = startParkedAt("group");
    plot.run().pause();
    plot.run().unpause();
    assertThat(plot.run().progress().state()).isEqualTo("NEEDS_ATTENTION");
    decide("group", "retry");

    stub.getResult(ReconstructionResult.class);
    assertThat(statesRecorded())
        .containsExactly("NEEDS_ATTENTION", "PAUSED", "NEEDS_ATTENTION", "RUNNING");
  }

  @Test
  @DisplayName("can be paused by the very message that starts it")
  void pausesBeforeItBegan() {
    plot.untyped()
        .executeUpdateWithStart(
            UpdateOptions.newBuilder(String.class)
                .setUpdateName("pause")
                .setWaitForStage(WorkflowUpdateStage.COMPLETED)
                .build(),
            new Object[0],
            new Object[] {PlotEnvironment.payload("json/plain", PlotEnvironment.SHORT)});
    plot.awaitStage("tokenize · law", "PAUSED");
    assertThat(plot.run().progress().state()).isEqualTo("PAUSED");
    plot.awaitCalls("recordState", 1);
    plot.run().unpause();

    plot.started().getResult(ReconstructionResult.class);
    assertThat(statesRecorded()).containsExactly("PAUSED", "RUNNING");
  }

  @Test
  @DisplayName("is cancelled while a stage runs: the stage stops first, then the end is recorded")
  void cancels() {
    stages.on("calibrate · law", FakeStages.runsUntilCancelled());
    WorkflowStub stub = plot.start(PlotEnvironment.SHORT);
    plot.awaitCalls("calibrate · law", 1);
    stub.cancel();
    assertCancelled(stub);
  }

  @Test
  @DisplayName("is cancelled while it trains in a child")
  void cancelsTraining() {
    stages.on("train router", FakeStages.runsUntilCancelled());
    WorkflowStub stub = plot.start(PlotEnvironment.FULL);
    plot.awaitCalls("train router", 1);
    stub.cancel();
    assertCancelled(stub);
  }

  @Test
  @DisplayName("is cancelled while it is paused")
  void cancelsPaused() {
    stages.on("calibrate · law", FakeStages.runsUntilCancelled());
    WorkflowStub stub = plot.start(PlotEnvironment.SHORT);
    plot.awaitCalls("calibrate · law", 1);
    plot.run().pause();
    plot.awaitStage("calibrate · law", "PAUSED");
    stub.cancel();
    assertCancelled(stub);
  }

  @Test
  @DisplayName("is cancelled while it waits for a decision")
  void cancelsParked() {
    WorkflowStub stub = startParkedAt("group");
    stub.cancel();
    assertCancelled(stub);
  }

  @Test
  @DisplayName("is cancelled while a state is written: the write ends before that of the end")
  void cancelsWhileWriting() {
    CountDownLatch database = new CountDownLatch(1);
    stages.on("recordState", database::await);
    WorkflowStub stub = startParkedAt("group");
    plot.awaitCalls("recordState", 1);
    stub.cancel();
    plot.run().progress(); // is answered after the cancellation was acted on
    assertThat(stages.stagesCalled()).doesNotContain("recordEnd");
    database.countDown();

    assertCancelled(stub);
    assertThat(statesRecorded()).containsExactly("NEEDS_ATTENTION");
  }

  private void assertCancelled(WorkflowStub stub) {
    assertThat(PlotEnvironment.failureOf(stub)).isEqualTo("CanceledFailure");
    assertThat(stages.ends).extracting(End::status).containsExactly("CANCELED");
    assertThat(stages.stagesCalled().get(stages.calls.size() - 1)).isEqualTo("recordEnd");
    assertThat(plot.searchAttribute("ShoalState")).isEqualTo("CANCELED");
  }

  @Test
  @DisplayName("writes states in the order in which they held, however slow a write is")
  void recordsInOrder() {
    CountDownLatch database = new CountDownLatch(1);
    stages.on("calibrate · law", FakeStages.runsUntilCancelled());
    stages.on("recordState", database::await);
    WorkflowStub stub = plot.start(PlotEnvironment.SHORT);
    plot.awaitCalls("calibrate · law", 1);
    stub.startUpdate("pause", WorkflowUpdateStage.ACCEPTED, String.class);
    plot.awaitCalls("recordState", 1);
    stub.startUpdate("unpause", WorkflowUpdateStage.ACCEPTED, String.class);
    plot.awaitStage("report", "COMPUTED");
    assertThat(stages.conclusions).isEmpty(); // the end waits for what is being written
    database.countDown();

    stub.getResult(ReconstructionResult.class);
    assertThat(statesRecorded()).containsExactly("PAUSED"); // the end itself says the rest
  }
}
