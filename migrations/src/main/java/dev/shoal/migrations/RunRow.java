package dev.shoal.migrations;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One run as it stands.
 *
 * @param runId its id
 * @param namespace Temporal namespace
 * @param workflowId Temporal workflow id
 * @param firstExecutionRunId Temporal run id of the first execution
 * @param name name given in the request
 * @param experiment experiment that it belongs to
 * @param tags words to find it again
 * @param request the request as it was given
 * @param resolved the request with every default filled in
 * @param status how far it is
 * @param result what it answered
 * @param failure why it failed or needs attention
 * @param forkedFrom run that it was forked from
 * @param startedAt when it began
 * @param endedAt when it ended
 */
public record RunRow(
    UUID runId,
    String namespace,
    String workflowId,
    String firstExecutionRunId,
    String name,
    Optional<String> experiment,
    List<String> tags,
    JsonNode request,
    Optional<JsonNode> resolved,
    RunStatus status,
    Optional<JsonNode> result,
    Optional<JsonNode> failure,
    Optional<UUID> forkedFrom,
    Instant startedAt,
    Optional<Instant> endedAt) {}
