package dev.shoal.migrations;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** What became of a claim. None of the answers is an error. */
public sealed interface ClaimOutcome {

  /** One function per case, so that nobody can forget one. */
  <R> R fold(Function<Done, R> done, Function<Claimed, R> claimed, Function<Busy, R> busy);

  /**
   * The result is there already; the stage is marked COMPUTED or REUSED and has its edges.
   *
   * @param claim the attempt that computed it; {@link ComputationStore#invalidate} wants it back if
   *     the result turns out to be damaged
   * @param output what that attempt answered
   * @param originRun run that computed it
   * @param originStage stage that computed it; the asking stage itself if only the answer was lost
   */
  record Done(Claim claim, JsonNode output, UUID originRun, UUID originStage)
      implements ClaimOutcome {
    @Override
    public <R> R fold(
        Function<Done, R> done, Function<Claimed, R> claimed, Function<Busy, R> busy) {
      return done.apply(this);
    }
  }

  /**
   * The caller has the work to do.
   *
   * @param claim what every write must show
   * @param checkpoints where it may go on from, newest first
   * @param failuresWithoutProgress earlier attempts in a row that failed from the same checkpoint
   * @param lossesWithoutProgress earlier attempts in a row that vanished from the same checkpoint
   */
  record Claimed(
      Claim claim,
      List<Checkpoint> checkpoints,
      int failuresWithoutProgress,
      int lossesWithoutProgress)
      implements ClaimOutcome {

    /** The checkpoint to go on from. */
    public Optional<Checkpoint> newest() {
      return checkpoints.stream().findFirst();
    }

    @Override
    public <R> R fold(
        Function<Done, R> done, Function<Claimed, R> claimed, Function<Busy, R> busy) {
      return claimed.apply(this);
    }
  }

  /**
   * Another stage is at it.
   *
   * @param worker identity of the worker that holds the lease
   * @param runId run that it works for
   * @param until end of the lease unless it is renewed, by the clock of the database
   * @param remaining time until then, free of differences between clocks
   */
  record Busy(String worker, UUID runId, Instant until, Duration remaining)
      implements ClaimOutcome {
    @Override
    public <R> R fold(
        Function<Done, R> done, Function<Claimed, R> claimed, Function<Busy, R> busy) {
      return busy.apply(this);
    }
  }
}
