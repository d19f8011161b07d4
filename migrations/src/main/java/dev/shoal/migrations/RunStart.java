package dev.shoal.migrations;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A run to be recorded.
 *
 * @param namespace Temporal namespace
 * @param workflowId Temporal workflow id
 * @param firstExecutionRunId Temporal run id of the first execution
 * @param name name given in the request
 * @param experiment experiment that it belongs to
 * @param tags words to find it again
 * @param request the request as it was given
 * @param forkedFrom run that it was forked from
 */
public record RunStart(
    String namespace,
    String workflowId,
    String firstExecutionRunId,
    String name,
    Optional<String> experiment,
    List<String> tags,
    JsonNode request,
    Optional<UUID> forkedFrom) {

  /** Copies the tags. */
  public RunStart {
    tags = List.copyOf(tags);
  }

  /** The same for the same workflow, so that recording a run twice is recording it once. */
  public UUID runId() {
    return UUID.nameUUIDFromBytes(
        ("run\n" + workflowId + "\n" + firstExecutionRunId).getBytes(StandardCharsets.UTF_8));
  }
}
