package dev.shoal.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.workflows.Reconstruct;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.workflowservice.v1.ResetWorkflowExecutionRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("faults")
@DisplayName("A run that its user interrupts ends with the same bytes:")
class SteeredTest {

  private static final List<String> STAGES =
      List.of("calibrate", "build experts", "train router", "train experts", "evaluate", "export");

  private static final ReliabilityPage PAGE = new ReliabilityPage("SteeredTest");

  @Test
  @DisplayName("paused and continued at every stage")
  void paused(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state);
        Temporal temporal = new Temporal(home)) {
      List<Double> seconds = new ArrayList<>();
      home.arm(STAGES.get(0) + ".begin");
      String id = home.start();
      for (int i = 0; i < STAGES.size(); i++) {
        String stage = STAGES.get(i);
        home.awaitReached(stage + ".begin");
        home.home.shoal("pause", "pico");
        home.release(stage + ".begin");
        temporal.awaitState(id, "PAUSED");
        if (i + 1 < STAGES.size()) {
          home.arm(STAGES.get(i + 1) + ".begin"); // before it goes on: it may be there soon
        }
        long before = home.work("any.committed");
        home.home.shoal("unpause", "pico");
        seconds.add(home.awaitWork("any.committed", before));
      }
      assertThat(home.lineage(home.finish())).isEqualTo(Undisturbed.lineage());
      rows("paused and continued", "`shoal pause`, `shoal unpause`", seconds, home);
    }
  }

  @Test
  @DisplayName("cancelled and started again at every stage")
  void cancelled(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      List<Double> seconds = new ArrayList<>();
      for (String stage : STAGES) {
        home.arm(stage + ".begin");
        home.start();
        home.awaitReached(stage + ".begin");
        home.home.shoal("cancel", "pico");
        home.release(stage + ".begin");
        assertThat(home.home.attempt("watch", "pico").exit()).isEqualTo(1);
        seconds.add(Double.NaN);
      }
      home.start();
      assertThat(home.lineage(home.finish())).isEqualTo(Undisturbed.lineage());
      rows("cancelled and started again", "`shoal cancel`, `shoal run`", seconds, home);
    }
  }

  private static void rows(String fault, String how, List<Double> seconds, FaultHome home)
      throws Exception {
    for (int i = 0; i < STAGES.size(); i++) {
      PAGE.row(
          "%s, stage %s".formatted(fault, STAGES.get(i)),
          how,
          seconds.get(i),
          home.steps().repeated(),
          "same digest");
    }
  }

  @Test
  @DisplayName("terminated in training, and started again with the same request")
  void terminated(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state);
        Temporal temporal = new Temporal(home)) {
      String id = inTraining(home);
      temporal.client.newUntypedWorkflowStub(id).terminate("by a test");
      home.slow(false);
      long before = home.work("train experts.begin");
      home.start();
      double seconds = home.awaitWork("train experts.begin", before);
      JsonNode result = home.finish();
      assertThat(home.lineage(result)).isEqualTo(Undisturbed.lineage());
      assertThat(result.path("reused").asInt()).isPositive();
      PAGE.row(
          "terminated, the same request started again",
          "Temporal's terminate while experts are trained, `shoal run`",
          seconds,
          home.steps().repeated(),
          "same digest, %d stages reused".formatted(result.path("reused").asInt()));
    }
  }

  @Test
  @DisplayName("reset to its last workflow task")
  void reset(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state);
        Temporal temporal = new Temporal(home)) {
      String id = inTraining(home);
      temporal.reset(id);
      home.slow(false);
      assertThat(home.lineage(home.finish())).isEqualTo(Undisturbed.lineage());
      PAGE.row(
          "workflow reset",
          "Temporal's reset to the last workflow task while experts are trained",
          Double.NaN,
          home.steps().repeated(),
          "same digest");
    }
  }

  private static String inTraining(FaultHome home) throws Exception {
    home.slow(true);
    home.arm("train experts.begin");
    String id = home.start();
    home.awaitReached("train experts.begin");
    home.arm("checkpoint.after");
    home.release("train experts.begin");
    home.awaitReached("checkpoint.after");
    home.release("checkpoint.after");
    return id;
  }

  /** What Temporal's own command would do. */
  private static final class Temporal implements AutoCloseable {

    private final WorkflowServiceStubs service;
    private final WorkflowClient client;

    Temporal(FaultHome home) {
      String address = home.home.endpoints().temporalAddress();
      service =
          WorkflowServiceStubs.newServiceStubs(
              WorkflowServiceStubsOptions.newBuilder().setTarget(address).build());
      client = WorkflowClient.newInstance(service);
    }

    void awaitState(String id, String state) throws Exception {
      Reconstruct run = client.newWorkflowStub(Reconstruct.class, id);
      FaultHome.await(state, Duration.ofMinutes(2), () -> run.progress().state().equals(state));
    }

    void reset(String id) {
      long task =
          client.fetchHistory(id).getEvents().stream()
              .filter(e -> e.getEventType() == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)
              .mapToLong(HistoryEvent::getEventId)
              .max()
              .orElseThrow();
      service
          .blockingStub()
          .resetWorkflowExecution(
              ResetWorkflowExecutionRequest.newBuilder()
                  .setNamespace("default")
                  .setWorkflowExecution(WorkflowExecution.newBuilder().setWorkflowId(id))
                  .setReason("by a test")
                  .setRequestId(java.util.UUID.randomUUID().toString())
                  .setWorkflowTaskFinishEventId(task)
                  .build());
    }

    @Override
    public void close() {
      service.shutdownNow();
    }
  }
}
