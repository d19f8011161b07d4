package dev.shoal.worker.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributes;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The local stack")
@Timeout(180) // the first run installs Temporal
class LocalStackTest {

  private static final Map<String, String> ATTRIBUTES =
      Map.of("ShoalState", "Keyword", "ShoalStage", "Keyword", "ShoalBest", "Double");

  @TempDir private Path temporary;
  private LocalStack stack;

  @BeforeEach
  void create() {
    stack = open();
  }

  @AfterEach
  void down() {
    stack.down(line -> {});
  }

  @Test
  @DisplayName("is started once by two commands at once, and keeps runs and rows through kill -9")
  void survives() throws Exception {
    CompletableFuture<Endpoints> other = CompletableFuture.supplyAsync(() -> up(open()));
    Endpoints endpoints = up(stack);
    assertThat(other.get()).isEqualTo(endpoints);
    assertThat(stack.status())
        .extracting(ServiceStatus::name, ServiceStatus::running)
        .containsExactly(tuple("temporal", true), tuple("postgres", true), tuple("worker", false));
    startWorkflow(endpoints.temporalAddress(), "before", "ShoalState");

    List<ServiceStatus> before = stack.status();
    before.forEach(service -> service.pid().ifPresent(LocalStackTest::kill));
    assertThat(up(stack)).isEqualTo(endpoints);

    assertThat(pids(stack.status())).doesNotContainAnyElementsOf(pids(before));
    assertThat(status(endpoints.temporalAddress(), "before"))
        .isEqualTo("WORKFLOW_EXECUTION_STATUS_RUNNING");
    startWorkflow(endpoints.temporalAddress(), "after", "ShoalStage");
  }

  @Test
  @DisplayName("says what to do when it is asked for its addresses and does not run")
  void notRunning() {
    assertThatThrownBy(stack::endpoints)
        .isInstanceOf(StackException.class)
        .hasMessage(
            "Temporal is not running on this machine; start the local stack with './shoal up -d'.");
  }

  @Test
  @DisplayName("starts nothing that the environment names, and shows it without its password")
  void external() {
    LocalStack external =
        new LocalStack(
            StackFolder.create(temporary.resolve("external")),
            Map.of(
                "TEMPORAL_ADDRESS", "127.0.0.1:1",
                "SHOAL_DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/x?user=u&password=secret"),
            List.of());

    assertThat(up(external).temporalAddress()).isEqualTo("127.0.0.1:1");
    assertThat(external.status())
        .filteredOn(ServiceStatus::external)
        .extracting(ServiceStatus::address)
        .containsExactly("127.0.0.1:1", "jdbc:postgresql://127.0.0.1:1/x");
    assertThat(external.status()).noneMatch(ServiceStatus::running);
    assertThat(up(external).toString()).doesNotContain("secret");
  }

  @Test
  @DisplayName("knows three logs")
  void unknownLog() {
    assertThatThrownBy(() -> stack.logs("redis", false, line -> {}))
        .hasMessage("There is no log 'redis'; choose one of temporal, postgres, worker.");
  }

  private LocalStack open() {
    StackFolder folder = StackFolder.create(temporary.resolve("state"));
    return new LocalStack(folder, TestTemporal.environment(), List.of());
  }

  private static Endpoints up(LocalStack stack) {
    return stack.up(ATTRIBUTES, line -> {});
  }

  /** Returns when the system no longer knows the process: a dead one may look alive for a while. */
  static void kill(long pid) {
    ProcessHandle.of(pid)
        .ifPresent(
            process -> {
              process.destroyForcibly();
              process.onExit().orTimeout(1, TimeUnit.MINUTES).join();
            });
  }

  private static List<Long> pids(List<ServiceStatus> status) {
    return status.stream().flatMap(s -> s.pid().stream().boxed()).toList();
  }

  private static void startWorkflow(String address, String id, String attribute) {
    WorkflowServiceStubs service = connect(address);
    WorkflowOptions options =
        WorkflowOptions.newBuilder()
            .setWorkflowId(id)
            .setTaskQueue("nobody")
            .setTypedSearchAttributes(
                SearchAttributes.newBuilder()
                    .set(SearchAttributeKey.forKeyword(attribute), "x")
                    .build())
            .build();
    WorkflowClient.newInstance(service).newUntypedWorkflowStub("Nothing", options).start();
    service.shutdownNow();
  }

  private static String status(String address, String id) {
    WorkflowServiceStubs service = connect(address);
    WorkflowStub stub = WorkflowClient.newInstance(service).newUntypedWorkflowStub(id);
    String status = stub.describe().getStatus().name();
    service.shutdownNow();
    return status;
  }

  private static WorkflowServiceStubs connect(String address) {
    return WorkflowServiceStubs.newServiceStubs(
        WorkflowServiceStubsOptions.newBuilder().setTarget(address).build());
  }
}
