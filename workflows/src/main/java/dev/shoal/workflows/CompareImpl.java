package dev.shoal.workflows;

import com.google.protobuf.ByteString;
import dev.shoal.workflows.stages.ComparisonActivities;
import dev.shoal.workflows.stages.ComparisonActivities.Inspection;
import dev.shoal.workflows.stages.ComparisonActivities.Member;
import dev.shoal.workflows.stages.RunActivities;
import dev.shoal.workflows.stages.RunRef;
import dev.shoal.workflows.stages.StageOutcome;
import io.temporal.activity.ActivityOptions;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.RawValue;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.ChildWorkflowFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Opens the comparison, plays all of its runs at once, and closes it. */
public final class CompareImpl implements Compare {

  private final RunActivities runs =
      Workflow.newActivityStub(RunActivities.class, ActivityPolicies.record());
  private final StageBoard board = new StageBoard();
  private final List<String> failed = new ArrayList<>();
  private RunRef run;

  @Override
  public ComparisonResult run(RawValue request, RawValue extra) {
    String json = null;
    try {
      board.state(StageBoard.RUNNING);
      json = RequestPayload.text(request, extra, RequestPayload.SEVERAL);
      Inspection inspection =
          stub(ActivityPolicies.stage(TaskQueues.SHOAL, "inspect"))
              .inspectComparison(new ComparisonActivities.Task(json));
      run = inspection.run();
      board.opened(run.runId(), inspection.model(), "", "shoal compare");
      return succeeded(inspection, play(inspection.members()));
    } catch (TemporalFailure failure) {
      throw new Ending(failure).record(runs, board, () -> {}, run, json);
    }
  }

  private static ComparisonActivities stub(ActivityOptions options) {
    return Workflow.newActivityStub(ComparisonActivities.class, options);
  }

  /** All at once: a stage that several ask for is computed by the first and waited for. */
  private List<ReconstructionResult> play(List<Member> members) {
    List<Promise<ReconstructionResult>> pending =
        members.stream().map(member -> Async.function(() -> play(member))).toList();
    Promise.allOf(pending).get();
    if (!failed.isEmpty()) {
      throw ApplicationFailure.newNonRetryableFailure(
          "%d of %d runs failed; the others are done, see `shoal compare`. %s"
              .formatted(failed.size(), members.size(), String.join(" ", failed)),
          FailureTypes.INCOMPLETE);
    }
    return pending.stream().map(Promise::get).toList();
  }

  /** Null where the run failed. */
  private ReconstructionResult play(Member member) {
    board.begin(member.name());
    try {
      ReconstructionResult result =
          Workflow.newUntypedChildWorkflowStub(
                  Reconstruct.TYPE, ActivityPolicies.child(member.name(), member.name()))
              .execute(ReconstructionResult.class, payload(member.requestJson()));
      board.done(
          member.name(), new StageOutcome(null, result.computed() == 0, perplexities(result)));
      return result;
    } catch (ChildWorkflowFailure failure) {
      CancellationScope.throwCanceled();
      String reason = reason(failure);
      board.failed(member.name(), reason);
      failed.add("%s: %s".formatted(member.name(), reason));
      return null;
    }
  }

  private static RawValue payload(String json) {
    return new RawValue(
        Payload.newBuilder()
            .putMetadata("encoding", ByteString.copyFromUtf8("json/plain"))
            .setData(ByteString.copyFromUtf8(json))
            .build());
  }

  private static String perplexities(ReconstructionResult result) {
    Double trained = result.trained() == null ? result.routed() : result.trained();
    Double last = trained == null ? result.assembled() : trained;
    return last == null
        ? ""
        : String.format(Locale.ROOT, "perplexity %.3f, dense %.3f", last, result.dense());
  }

  private static String reason(ChildWorkflowFailure failure) {
    ApplicationFailure cause = Steering.application(failure);
    if (cause != null) {
      return cause.getType() + ": " + cause.getOriginalMessage();
    }
    return failure.getCause() instanceof CanceledFailure
        ? "it was cancelled"
        : String.valueOf(failure.getCause().getMessage());
  }

  /** Detached because a comparison with all its runs done has succeeded, whatever is cancelled. */
  private ComparisonResult succeeded(Inspection inspection, List<ReconstructionResult> results) {
    ComparisonResult[] result = new ComparisonResult[1];
    Workflow.newDetachedCancellationScope(
            () ->
                result[0] =
                    stub(ActivityPolicies.record())
                        .concludeComparison(
                            new ComparisonActivities.Conclusion(run, inspection.name(), results)))
        .run();
    board.state("SUCCEEDED");
    return result[0];
  }

  @Override
  public Progress progress() {
    return board.progress();
  }
}
