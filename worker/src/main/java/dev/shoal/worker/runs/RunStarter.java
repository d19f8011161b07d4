package dev.shoal.worker.runs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.worker.wiring.TemporalConnection;
import dev.shoal.workflows.Compare;
import dev.shoal.workflows.Reconstruct;
import dev.shoal.workflows.TaskQueues;
import dev.shoal.workflows.request.ComparisonReader;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.client.WorkflowExecutionMetadata;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Starts the workflow of a request or comparison, or finds the one that is at it already. */
public final class RunStarter {

  private final TemporalConnection temporal;

  /** Starts on this server. */
  public RunStarter(TemporalConnection temporal) {
    this.temporal = temporal;
  }

  /**
   * A workflow that works on a request.
   *
   * @param workflowId its id
   * @param attached whether it was open before
   */
  public record Started(String workflowId, boolean attached) {}

  /**
   * Starts under {@code shoal/NAME/DIGEST-N}, where N counts the runs of the same request; while
   * the newest of them is open there is no further one.
   */
  public Started start(ObjectNode request) {
    String base = "shoal/%s/%s-".formatted(name(request), RequestDigest.of(request));
    int count = 1;
    Optional<WorkflowExecutionStatus> status = status(base + count);
    while (status.isPresent() && !isOpen(status.get())) {
      count++;
      status = status(base + count);
    }
    return start(request, base + count, status.isPresent());
  }

  /** Starts under an id; an open workflow of that id is attached to. */
  public Started start(ObjectNode request, String workflowId) {
    return start(request, workflowId, status(workflowId).filter(RunStarter::isOpen).isPresent());
  }

  private Started start(ObjectNode request, String workflowId, boolean open) {
    if (!open) {
      temporal
          .client()
          .newUntypedWorkflowStub(type(request), options(request, workflowId))
          .start(request);
    }
    return new Started(workflowId, open);
  }

  /** Two commands at once start one workflow: the later one gets the first one's. */
  private static WorkflowOptions options(ObjectNode request, String workflowId) {
    return WorkflowOptions.newBuilder()
        .setWorkflowId(workflowId)
        .setTaskQueue(TaskQueues.SHOAL)
        .setWorkflowIdConflictPolicy(
            WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
        .setStaticSummary(summary(request))
        .setStaticDetails(details(request))
        .build();
  }

  private static String type(ObjectNode request) {
    return ComparisonReader.isComparison(request) ? Compare.TYPE : Reconstruct.TYPE;
  }

  private static String summary(ObjectNode request) {
    String text =
        ComparisonReader.isComparison(request)
            ? "%s: mixtures of %s".formatted(name(request), request.at("/base/model").asText())
            : "%s: mixture of %s".formatted(name(request), request.path("model").asText());
    return text.length() <= 200 ? text : text.substring(0, 199) + "…";
  }

  private static String details(ObjectNode request) {
    String json = request.toPrettyString();
    return json.length() <= 8000 ? "```json\n" + json + "\n```" : "The input holds the request.";
  }

  /** The newest open workflow of this name, booked by a worker or not; none of a comparison's. */
  public Optional<String> open(String name) {
    if (!name.matches("[^'\\\\/]+")) {
      return Optional.empty(); // it would not be a word of the query
    }
    String query = "WorkflowId STARTS_WITH 'shoal/%s/' and ExecutionStatus = 'Running'";
    try (Stream<WorkflowExecutionMetadata> open =
        temporal.client().listExecutions(query.formatted(name))) {
      return open.filter(found -> found.getExecution().getWorkflowId().split("/").length == 3)
          .max(Comparator.comparing(WorkflowExecutionMetadata::getStartTime))
          .map(found -> found.getExecution().getWorkflowId());
    }
  }

  /** How the newest execution of an id stands; empty if there is none. */
  Optional<WorkflowExecutionStatus> status(String workflowId) {
    try {
      WorkflowStub stub = temporal.client().newUntypedWorkflowStub(workflowId);
      return Optional.of(stub.describe().getStatus());
    } catch (WorkflowNotFoundException e) {
      return Optional.empty();
    }
  }

  private static boolean isOpen(WorkflowExecutionStatus status) {
    return status == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
  }

  private static String name(ObjectNode request) {
    return request.path("name").asText("unnamed");
  }
}
