package dev.shoal.migrations;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One try at a computation.
 *
 * @param key the computation
 * @param epoch number of the try, from 1
 * @param stageId stage that asked for it
 * @param worker identity of the worker process
 * @param taskQueue task queue that the work came from
 * @param temporalRunId Temporal run id of the workflow execution
 * @param activityId Temporal activity id
 * @param temporalAttempt Temporal's count of tries
 * @param environmentSha256 machine and software
 * @param resumedFromStep step of the checkpoint it went on from; absent when it began anew
 * @param outcome how it ended
 * @param failure why it failed, or why its result was thrown away
 * @param startedAt when the claim was granted
 * @param endedAt when it ended
 */
public record AttemptRow(
    String key,
    long epoch,
    UUID stageId,
    String worker,
    String taskQueue,
    String temporalRunId,
    String activityId,
    int temporalAttempt,
    Optional<String> environmentSha256,
    Optional<Long> resumedFromStep,
    Outcome outcome,
    Optional<JsonNode> failure,
    Instant startedAt,
    Optional<Instant> endedAt) {

  /** How a try ended. */
  public enum Outcome {
    /** It has not ended. */
    RUNNING,
    /** Its result counts. */
    SUCCEEDED,
    /** It said that it failed. */
    FAILED,
    /** It gave the lease back: paused, cancelled or shut down. */
    RELEASED,
    /** It was taken over without a word from it. */
    LOST,
    /** Its result was found damaged later. */
    INVALIDATED
  }
}
