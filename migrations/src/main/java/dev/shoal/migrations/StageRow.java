package dev.shoal.migrations;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One step of a run.
 *
 * @param stageId its id
 * @param runId run that it belongs to
 * @param name name of the stage
 * @param shard which of several like it; empty where there is one
 * @param computationKey computation that answers it
 * @param status how far it is
 * @param reusedFrom stage whose result it reused
 * @param originRun run of that stage
 * @param seconds time the result took to compute, here or at its origin
 * @param reason why it failed or was skipped
 * @param startedAt when it began
 * @param endedAt when it ended
 */
public record StageRow(
    UUID stageId,
    UUID runId,
    String name,
    String shard,
    Optional<String> computationKey,
    Status status,
    Optional<UUID> reusedFrom,
    Optional<UUID> originRun,
    Optional<Double> seconds,
    Optional<JsonNode> reason,
    Instant startedAt,
    Optional<Instant> endedAt) {

  /** How far a stage is. */
  public enum Status {
    /** It has begun; it may be waiting for another run that computes the same. */
    RUNNING,
    /** Its result was made here. */
    COMPUTED,
    /** Its result was there already. */
    REUSED,
    /** It was left out. */
    SKIPPED,
    /** It ended without a result. */
    FAILED
  }

  /** The same for the same stage of the same run, so that starting it twice is starting it once. */
  public static UUID idOf(UUID run, String name, String shard) {
    return UUID.nameUUIDFromBytes(
        ("stage\n" + run + "\n" + name + "\n" + shard).getBytes(StandardCharsets.UTF_8));
  }
}
