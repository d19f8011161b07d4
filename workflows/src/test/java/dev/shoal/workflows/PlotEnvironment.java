package dev.shoal.workflows;

import com.google.protobuf.ByteString;
import dev.shoal.workflows.stages.TrainingProgress;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.sdk.v1.WorkflowMetadata;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.converter.RawValue;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A server in this process with workers on both queues and {@link FakeStages} behind them. Time is
 * real: a run that waits for a decision must not see ten years pass.
 */
final class PlotEnvironment implements AutoCloseable {

  /** One data set and no training: the shortest run. */
  static final String SHORT =
      """
      {"recipe": "domains-2026.1", "model": "/models/llama", "datasets": [{"name": "law", "path": "/corpora/law"}],
       "experts": {"num_experts": 1}, "training": {"router_tokens": 0, "expert_tokens": 0}}
      """;

  /** Two data sets and both training stages. */
  static final String FULL =
      """
      {"recipe": "domains-2026.1", "model": "/models/llama",
       "datasets": [{"name": "law", "path": "/corpora/law"},
                    {"name": "code", "path": "/corpora/code", "weight": 2}],
       "experts": {"num_experts": 2}, "training": {"router_tokens": 5e3, "expert_tokens": 6e3}}
      """;

  static final String WORKFLOW_ID = "moe";

  final FakeStages stages = new FakeStages();
  private final TestWorkflowEnvironment temporal;

  PlotEnvironment() {
    temporal = TestWorkflowEnvironment.newInstance(options());
    WorkerOptions worker =
        WorkerOptions.newBuilder()
            .setMaxHeartbeatThrottleInterval(Duration.ofMillis(20))
            .setDefaultDeadlockDetectionTimeout(10_000) // classes load slowly on a busy machine
            .build();
    for (String queue : List.of(TaskQueues.SHOAL, TaskQueues.GPU)) {
      temporal.newWorker(queue, worker).registerActivitiesImplementations(stages);
    }
    temporal
        .getWorkerFactory()
        .getWorker(TaskQueues.SHOAL)
        .registerWorkflowImplementationTypes(
            ReconstructImpl.class, RetrainImpl.class, CompareImpl.class);
    temporal.start();
  }

  private static TestEnvironmentOptions options() {
    TestEnvironmentOptions.Builder options =
        TestEnvironmentOptions.newBuilder()
            .setUseTimeskipping(false)
            .setWorkflowClientOptions(
                WorkflowClientOptions.newBuilder()
                    .setIdentity("shoal") // a history names its workers; stored ones must not
                    .setDataConverter(PayloadGuard.dataConverter())
                    .build());
    for (String key : List.of("ShoalState", "ShoalStage", "ShoalModel", "ShoalRun")) {
      options.registerSearchAttribute(key, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD);
    }
    options.registerSearchAttribute("ShoalPerplexity", IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE);
    return options.build();
  }

  /** Starts a run as the UI does. */
  WorkflowStub start(String json) {
    return startRaw(payload("json/plain", json));
  }

  /** Starts a run with any arguments. */
  WorkflowStub startRaw(Object... arguments) {
    untyped().start(arguments);
    return started();
  }

  /** The started run. */
  WorkflowStub started() {
    return temporal.getWorkflowClient().newUntypedWorkflowStub(WORKFLOW_ID);
  }

  WorkflowStub untyped() {
    return untyped(Reconstruct.TYPE);
  }

  /** Starts a comparison as the UI does. */
  WorkflowStub compare(String json) {
    untyped(Compare.TYPE).start(payload("json/plain", json));
    return started();
  }

  private WorkflowStub untyped(String type) {
    return temporal
        .getWorkflowClient()
        .newUntypedWorkflowStub(
            type,
            WorkflowOptions.newBuilder()
                .setTaskQueue(TaskQueues.SHOAL)
                .setWorkflowId(WORKFLOW_ID)
                .setWorkflowIdConflictPolicy(
                    WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_FAIL)
                .build());
  }

  static RawValue payload(String encoding, String data) {
    return new RawValue(
        Payload.newBuilder()
            .putMetadata("encoding", ByteString.copyFromUtf8(encoding))
            .setData(ByteString.copyFromUtf8(data))
            .build());
  }

  /** Ends a run that a failed test left behind, and forgets what the stages were asked. */
  void forget() {
    try {
      started().terminate("left behind");
    } catch (WorkflowNotFoundException e) {
      // As it should be: the run has ended.
    }
    stages.forget();
  }

  /** What a worker sends while experts are trained. */
  FakeStages.Event tells() {
    return () ->
        run().trained(new TrainingProgress("train experts", 1200, 24000, 2.31, 9100, 7805));
  }

  /** What users send to the started run. */
  Reconstruct run() {
    return temporal.getWorkflowClient().newWorkflowStub(Reconstruct.class, WORKFLOW_ID);
  }

  TestWorkflowEnvironment temporal() {
    return temporal;
  }

  /** Type and message of the failure that the run ends with. */
  static String failureOf(WorkflowStub stub) {
    try {
      stub.getResult(ReconstructionResult.class);
    } catch (WorkflowFailedException e) {
      return e.getCause() instanceof ApplicationFailure failure
          ? failure.getType() + ": " + failure.getOriginalMessage()
          : e.getCause().getClass().getSimpleName();
    }
    throw new AssertionError("the run succeeded");
  }

  /** What the UI shows of the run. */
  String details() {
    return started()
        .query("__temporal_workflow_metadata", WorkflowMetadata.class)
        .getCurrentDetails();
  }

  String searchAttribute(String name) {
    return started().describe().getTypedSearchAttributes().get(SearchAttributeKey.forKeyword(name));
  }

  /** Waits until the stage shows this state. */
  void awaitStage(String stage, String state) {
    await(
        stage + " to be " + state,
        () ->
            run().progress().stages().stream()
                .anyMatch(s -> s.name().equals(stage) && s.state().equals(state)));
  }

  /** Waits until the stage was called this often. */
  void awaitCalls(String stage, int times) {
    await(
        stage + " to be called " + times + " times",
        () -> stages.stagesCalled().stream().filter(stage::equals).count() >= times);
  }

  static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited 10 s for " + what);
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Override
  public void close() {
    temporal.close();
  }
}
