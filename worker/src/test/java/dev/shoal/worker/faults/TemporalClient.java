package dev.shoal.worker.faults;

import dev.shoal.workflows.Reconstruct;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.workflow.v1.PendingActivityInfo;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.ResetWorkflowExecutionRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.util.List;
import java.util.UUID;

/** What Temporal's own command and UI would do and show. */
final class TemporalClient implements AutoCloseable {

  private static final String NAMESPACE = "default";

  private final WorkflowServiceStubs service;
  private final WorkflowClient client;

  TemporalClient(FaultHome home) {
    String address = home.home.endpoints().temporalAddress();
    service =
        WorkflowServiceStubs.newServiceStubs(
            WorkflowServiceStubsOptions.newBuilder().setTarget(address).build());
    client = WorkflowClient.newInstance(service);
  }

  void awaitState(String id, String state) throws Exception {
    Reconstruct run = client.newWorkflowStub(Reconstruct.class, id);
    FaultHome.await(state, FaultHome.PATIENCE, () -> run.progress().state().equals(state));
  }

  void terminate(String id) {
    client.newUntypedWorkflowStub(id).terminate("by a test");
  }

  /** To the last workflow task. */
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
                .setNamespace(NAMESPACE)
                .setWorkflowExecution(execution(id))
                .setReason("by a test")
                .setRequestId(UUID.randomUUID().toString())
                .setWorkflowTaskFinishEventId(task)
                .build());
  }

  /** Why the activities that a workflow waits for failed last; empty where they did not. */
  List<String> lastFailures(String id) {
    return service
        .blockingStub()
        .describeWorkflowExecution(
            DescribeWorkflowExecutionRequest.newBuilder()
                .setNamespace(NAMESPACE)
                .setExecution(execution(id))
                .build())
        .getPendingActivitiesList()
        .stream()
        .filter(PendingActivityInfo::hasLastFailure)
        .map(activity -> activity.getLastFailure().getMessage())
        .toList();
  }

  private static WorkflowExecution execution(String id) {
    return WorkflowExecution.newBuilder().setWorkflowId(id).build();
  }

  @Override
  public void close() {
    service.shutdownNow();
  }
}
