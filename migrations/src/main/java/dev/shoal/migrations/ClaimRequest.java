package dev.shoal.migrations;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.UUID;

/**
 * What is to be computed, and who offers to do it.
 *
 * @param key SHA-256 over the canonical JSON of the key document
 * @param keyDocument what the key was made from, for people who ask why
 * @param stageName name of the stage
 * @param codeVersion version of the stage's code
 * @param owner who would do the work
 * @param leaseSeconds time until others may take over unless the lease is renewed
 * @param environmentSha256 machine and software, recorded in {@link EnvironmentStore} before
 */
public record ClaimRequest(
    String key,
    JsonNode keyDocument,
    String stageName,
    String codeVersion,
    Owner owner,
    int leaseSeconds,
    Optional<String> environmentSha256) {

  /** Refuses a lease that ends before it begins. */
  public ClaimRequest {
    if (leaseSeconds < 1) {
      throw new IllegalArgumentException("a lease lasts at least a second, not " + leaseSeconds);
    }
  }

  /**
   * Who would do the work. A new attempt for the same stage takes over from an older one at once.
   *
   * @param stageId stage of the run that asks, started before
   * @param worker identity of the worker process
   * @param taskQueue task queue that the work came from
   * @param temporalRunId Temporal run id of the workflow execution
   * @param activityId Temporal activity id
   * @param attempt Temporal's count of tries, from 1
   */
  public record Owner(
      UUID stageId,
      String worker,
      String taskQueue,
      String temporalRunId,
      String activityId,
      int attempt) {}
}
