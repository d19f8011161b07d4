package dev.shoal.worker.runs;

import dev.shoal.worker.payloads.EncryptingCodec;
import dev.shoal.worker.wiring.TemporalConnection;
import dev.shoal.worker.wiring.UserError;
import dev.shoal.workflows.Compare;
import dev.shoal.workflows.ComparisonResult;
import dev.shoal.workflows.Progress;
import dev.shoal.workflows.Reconstruct;
import dev.shoal.workflows.ReconstructionResult;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowExecutionDescription;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowServiceException;
import io.temporal.client.WorkflowStub;
import io.temporal.common.SearchAttributeKey;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TerminatedFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Stays with a run: asks once a second how it stands, until it ends or needs attention. */
public final class RunWatch {

  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final String NEEDS_ATTENTION = "NEEDS_ATTENTION";
  private static final SearchAttributeKey<String> STATE =
      SearchAttributeKey.forKeyword("ShoalState");

  /** What a server that stops, starts or has too much to do answers. */
  private static final Set<Status.Code> PASSING =
      Set.of(
          Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED, Status.Code.RESOURCE_EXHAUSTED);

  private final TemporalConnection temporal;
  private final String workflowId;
  private final WorkflowStub stub;
  private final Screen screen;
  private final RunDisplay display;

  /** Watches the newest execution of a workflow id. */
  public RunWatch(TemporalConnection temporal, String workflowId, Screen screen) {
    this.temporal = temporal;
    this.workflowId = workflowId;
    this.stub = temporal.client().newUntypedWorkflowStub(workflowId);
    this.screen = screen;
    this.display = new RunDisplay(screen);
  }

  /**
   * Watches; where Temporal does not answer for a while, watching goes on afterwards.
   *
   * @param stopAtAttention whether a run that needs attention is an end; otherwise it is shown, and
   *     watching goes on until somebody decided
   * @throws UserError if Temporal does not know the run, or refuses to tell of it
   */
  public RunEnd follow(boolean stopAtAttention) throws InterruptedException {
    try (screen) {
      Optional<RunEnd> end = poll(stopAtAttention);
      while (end.isEmpty()) {
        Thread.sleep(PERIOD.toMillis());
        end = poll(stopAtAttention);
      }
      return end.get();
    } catch (WorkflowNotFoundException e) {
      throw UserError.failed("There is no workflow %s (any more).".formatted(workflowId), e);
    } catch (WorkflowServiceException | StatusRuntimeException e) {
      if (EncryptingCodec.unread(e).isPresent()) {
        throw e;
      }
      throw UserError.failed(
          "Temporal does not tell of the run (%s); the run does not depend on that: `shoal watch %s`."
              .formatted(Status.fromThrowable(e).getCode(), workflowId),
          e);
    }
  }

  /** Empty while the run goes on, or while Temporal does not answer. */
  private Optional<RunEnd> poll(boolean stopAtAttention) {
    try {
      Optional<RunEnd> end = look(stopAtAttention);
      display.back();
      return end;
    } catch (WorkflowServiceException | StatusRuntimeException e) {
      if (!PASSING.contains(Status.fromThrowable(e).getCode())) {
        throw e;
      }
      display.away();
      return Optional.empty();
    }
  }

  private Optional<RunEnd> look(boolean stopAtAttention) {
    WorkflowExecutionDescription description = stub.describe();
    progress(stub).ifPresentOrElse(display::progress, () -> display.noWorker(System.nanoTime()));
    Below below = new Below();
    look(workflowId, "", description, below);
    display.activities(below.activities);
    if (description.getStatus() != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING) {
      return Optional.of(end(description.getWorkflowType()));
    }
    Optional<RunEnd.NeedsAttention> attention = below.waiting.stream().findFirst();
    if (!stopAtAttention) {
      attention.ifPresent(display::attention);
    }
    return stopAtAttention ? attention.map(RunEnd.class::cast) : Optional.empty();
  }

  /** Empty while no worker answers. */
  private static Optional<Progress> progress(WorkflowStub workflow) {
    try {
      return Optional.ofNullable(workflow.query("progress", Progress.class));
    } catch (WorkflowException e) {
      return Optional.empty();
    }
  }

  /** What goes on in a workflow and in its children. */
  private static final class Below {
    private final List<PendingActivity> activities = new ArrayList<>();
    private final List<RunEnd.NeedsAttention> waiting = new ArrayList<>();
  }

  private void look(String id, String run, WorkflowExecutionDescription workflow, Below below) {
    below.activities.addAll(PendingActivity.of(run, workflow, temporal));
    if (NEEDS_ATTENTION.equals(workflow.getTypedSearchAttributes().get(STATE))) {
      progress(stub(id)).flatMap(progress -> attention(id, progress)).ifPresent(below.waiting::add);
    }
    workflow
        .getRawDescription()
        .getPendingChildrenList()
        .forEach(child -> lookAtChild(child.getWorkflowId(), run, below));
  }

  private void lookAtChild(String id, String parent, Below below) {
    try {
      WorkflowExecutionDescription child = stub(id).describe();
      boolean run = child.getWorkflowType().equals(Reconstruct.TYPE);
      look(id, run ? id.substring(id.lastIndexOf('/') + 1) : parent, child, below);
    } catch (WorkflowNotFoundException e) {
      return; // named before it began
    }
  }

  private WorkflowStub stub(String id) {
    return temporal.client().newUntypedWorkflowStub(id);
  }

  /** The first stage that waits for a decision. */
  static Optional<RunEnd.NeedsAttention> attention(String workflowId, Progress progress) {
    return progress.stages().stream()
        .filter(stage -> stage.state().equals(NEEDS_ATTENTION))
        .findFirst()
        .map(stage -> new RunEnd.NeedsAttention(workflowId, stage.name(), stage.note()));
  }

  private RunEnd end(String type) {
    try {
      return type.equals(Compare.TYPE)
          ? new RunEnd.Compared(stub.getResult(ComparisonResult.class))
          : new RunEnd.Succeeded(stub.getResult(ReconstructionResult.class));
    } catch (WorkflowFailedException e) {
      return failed(e);
    }
  }

  private static RunEnd.Failed failed(WorkflowFailedException e) {
    Throwable cause = e.getCause();
    if (cause instanceof ApplicationFailure failure) {
      return new RunEnd.Failed(failure.getType(), failure.getOriginalMessage());
    }
    if (cause instanceof CanceledFailure) {
      return new RunEnd.Failed("CANCELED", "The run was cancelled.");
    }
    if (cause instanceof TerminatedFailure) {
      return new RunEnd.Failed("TERMINATED", "The run was terminated.");
    }
    return new RunEnd.Failed(
        cause == null ? Reconstruct.TYPE : cause.getClass().getSimpleName(),
        cause == null ? e.getMessage() : cause.getMessage());
  }
}
