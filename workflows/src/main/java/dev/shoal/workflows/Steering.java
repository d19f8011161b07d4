package dev.shoal.workflows;

import dev.shoal.workflows.stages.StageOutcome;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.ChildWorkflowFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Functions.Func;
import io.temporal.workflow.Functions.Proc2;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowLock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Runs one stage after the other and lets the user steer: a pause cancels what is running (it
 * checkpoints first) and starts it again later; a stage that cannot succeed waits for a decision.
 */
final class Steering {

  /** A stage that waits for a decision. */
  private record Parked(String reason, boolean skippable) {}

  private final StageBoard board;
  private final Proc2<String, String> record;
  private final List<CancellationScope> running = new ArrayList<>();
  private final Map<String, Parked> waiting = new LinkedHashMap<>();
  private final Map<String, String> decisions = new LinkedHashMap<>();
  private final WorkflowLock recording = Workflow.newWorkflowLock();
  private String recorded = StageBoard.RUNNING;
  private boolean paused;
  private boolean opened;
  private boolean closed;

  /**
   * Steers one run.
   *
   * @param record writes state and reason to the run's row
   */
  Steering(StageBoard board, Proc2<String, String> record) {
    this.board = board;
    this.record = record;
  }

  /** The outcome of a stage that the plot cannot do without. */
  StageOutcome stage(String name, Func<StageOutcome> work) {
    return attempt(name, work, false);
  }

  /** The outcome of a stage that may be skipped; null if it was. */
  StageOutcome skippable(String name, Func<StageOutcome> work) {
    return attempt(name, work, true);
  }

  private StageOutcome attempt(String name, Func<StageOutcome> work, boolean skippable) {
    while (true) {
      awaitUnpaused(name);
      board.begin(name);
      StageOutcome[] outcome = new StageOutcome[1];
      CancellationScope scope =
          Workflow.newCancellationScope(
              () -> {
                outcome[0] = work.apply();
              });
      try {
        pausably(scope);
        board.done(name, outcome[0]);
        return outcome[0];
      } catch (TemporalFailure failure) {
        if (!again(name, failure, scope, skippable)) {
          board.skipped(name);
          return null;
        }
      }
    }
  }

  private void awaitUnpaused(String name) {
    if (paused) {
      board.paused(name);
      Workflow.await(() -> !paused);
    }
  }

  private void pausably(CancellationScope scope) {
    running.add(scope);
    try {
      scope.run();
    } finally {
      running.remove(scope);
    }
  }

  /**
   * True to try again, false to skip; throws when the run must end. A stage that a pause stopped is
   * simply run again, however it ended (a worker may have died meanwhile) and even if the pause is
   * over already.
   */
  private boolean again(
      String name, TemporalFailure failure, CancellationScope scope, boolean skippable) {
    CancellationScope.throwCanceled();
    ApplicationFailure cause = application(failure);
    if (cause != null && FailureTypes.OF_INPUT.contains(cause.getType())) {
      throw failure;
    }
    return scope.isCancelRequested() || park(name, failure, skippable);
  }

  private boolean park(String name, TemporalFailure failure, boolean skippable) {
    String reason = reason(failure);
    waiting.put(name, new Parked(reason, skippable));
    board.needsAttention(name, reason, skippable ? "`skip`, `abort`" : "`abort`");
    tell();
    Workflow.await(() -> decisions.containsKey(name));
    String action = decisions.remove(name);
    board.begin(name);
    tell();
    if (action.equals("abort")) {
      throw ApplicationFailure.newNonRetryableFailureWithCause(
          "Given up at " + name + ". " + reason, FailureTypes.ABORTED, failure);
    }
    return action.equals("retry");
  }

  private static String reason(TemporalFailure failure) {
    ApplicationFailure cause = application(failure);
    Throwable origin = origin(failure);
    return cause == null
        ? origin.getClass().getSimpleName() + ": " + origin.getMessage()
        : cause.getType() + ": " + cause.getOriginalMessage();
  }

  /** The failure that the stage itself reported; null for time-outs and the like. */
  static ApplicationFailure application(TemporalFailure failure) {
    return origin(failure) instanceof ApplicationFailure application ? application : null;
  }

  private static Throwable origin(TemporalFailure failure) {
    Throwable cause = failure;
    while ((cause instanceof ActivityFailure || cause instanceof ChildWorkflowFailure)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Why a decision cannot be taken, or null. */
  String refusal(StageDecision decision) {
    if (closed || waiting.isEmpty()) {
      return "no stage needs attention";
    }
    if (decision == null
        || decision.action() == null
        || !List.of("retry", "skip", "abort").contains(decision.action())) {
      return "action must be retry, skip or abort";
    }
    String names = String.join(", ", waiting.keySet());
    if (decision.stage() == null && waiting.size() > 1) {
      return "name one of the waiting stages: " + names;
    }
    Parked parked = waiting.get(stage(decision));
    if (parked == null) {
      return "%s is not waiting; waiting: %s".formatted(decision.stage(), names);
    }
    return decision.action().equals("skip") && !parked.skippable()
        ? "the run cannot do without %s: retry or abort".formatted(stage(decision))
        : null;
  }

  private String stage(StageDecision decision) {
    return decision.stage() == null ? waiting.keySet().iterator().next() : decision.stage();
  }

  /** Takes a decision; a stage takes one only, so that a second cannot lie in wait for later. */
  String decide(StageDecision decision) {
    if (refusal(decision) != null) {
      return "was decided already";
    }
    String stage = stage(decision);
    waiting.remove(stage);
    decisions.put(stage, decision.action());
    return decision.action() + ": " + stage;
  }

  /** Why it cannot be paused, or null. */
  String refusalToPause() {
    return closed ? "the run is ending" : paused ? "the run is paused already" : null;
  }

  /** Why there is nothing to go on with, or null. */
  String refusalToUnpause() {
    return closed || !paused ? "the run is not paused" : null;
  }

  String pause() {
    if (refusalToPause() != null) { // two were validated before either was handled
      return refusalToPause();
    }
    paused = true;
    List.copyOf(running).forEach(scope -> scope.cancel("paused"));
    tell();
    return "pausing: running stages write a checkpoint and free their device";
  }

  String unpause() {
    if (refusalToUnpause() != null) {
      return refusalToUnpause();
    }
    paused = false;
    tell();
    return "going on";
  }

  /**
   * Shows the state and writes it to the run's row. Writers queue up and write what holds when it
   * is their turn; a delayed write can thus never overtake a newer one.
   */
  void tell() {
    board.state(state());
    recording.lock();
    try {
      String now = state() + reasons();
      if (opened && !closed && !now.equals(recorded)) {
        record.apply(state(), reasons());
        recorded = now;
      }
    } finally {
      recording.unlock();
    }
  }

  /** The run has a row now; what was decided before is written to it. */
  void open() {
    opened = true;
    tell();
  }

  /** Ends all steering; on return nothing is being recorded and no update is being handled. */
  void close() {
    closed = true;
    recording.lock();
    recording.unlock();
    Workflow.await(Workflow::isEveryHandlerFinished);
  }

  private String state() {
    if (paused) {
      return StageBoard.PAUSED;
    }
    return waiting.isEmpty() ? StageBoard.RUNNING : StageBoard.NEEDS_ATTENTION;
  }

  private String reasons() {
    return paused
        ? "paused by request"
        : waiting.entrySet().stream()
            .map(e -> e.getKey() + ": " + e.getValue().reason())
            .collect(Collectors.joining("\n"));
  }
}
