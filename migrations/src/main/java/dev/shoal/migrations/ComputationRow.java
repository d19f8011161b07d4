package dev.shoal.migrations;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One computation as it stands.
 *
 * @param key SHA-256 of the key document
 * @param keyDocument what the key was made from
 * @param stageName name of the stage
 * @param codeVersion version of the stage's code
 * @param status how far it is
 * @param leaseEpoch number of the newest attempt
 * @param leaseOwner worker that holds the lease
 * @param leaseStage stage that the lease is held for
 * @param leaseUntil end of the lease
 * @param forgivenEpoch attempts up to this one no longer count as tries without progress
 * @param checkpoints checkpoints kept, newest first
 * @param output the answer, if it succeeded
 * @param seconds time the result took
 * @param originRun run that computed the result
 * @param originStage stage that computed the result
 * @param createdAt when the key was claimed first
 * @param finishedAt when the result was committed
 */
public record ComputationRow(
    String key,
    JsonNode keyDocument,
    String stageName,
    String codeVersion,
    Status status,
    long leaseEpoch,
    Optional<String> leaseOwner,
    Optional<UUID> leaseStage,
    Optional<Instant> leaseUntil,
    long forgivenEpoch,
    List<Checkpoint> checkpoints,
    Optional<JsonNode> output,
    Optional<Double> seconds,
    Optional<UUID> originRun,
    Optional<UUID> originStage,
    Instant createdAt,
    Optional<Instant> finishedAt) {

  /** How far a computation is. */
  public enum Status {
    /** Leased; someone is at it, or vanished not long ago. */
    RUNNING,
    /** Unfinished and free: paused or shut down. */
    RELEASED,
    /** Unfinished and free: the last attempt failed. */
    FAILED,
    /** The result is there. */
    SUCCEEDED,
    /** The result was there and found damaged. */
    INVALIDATED
  }

  /** Whether this claim may still write. */
  boolean isHeldBy(Claim claim) {
    return status == Status.RUNNING && leaseEpoch == claim.epoch();
  }
}
