package dev.shoal.migrations;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.UUID;

/**
 * One artifact, one artifact it was made from, and the stage that did so.
 *
 * @param child what was made
 * @param childKind its kind
 * @param parent what it was made from
 * @param parentKind its kind
 * @param role what the parent was to the stage
 * @param stageId the stage
 * @param stage its name
 * @param shard its shard
 * @param runId run of the stage
 * @param run name of that run
 * @param computationKey computation that did it
 * @param codeVersion version of the stage's code
 * @param settings what the computation's key was made from
 */
public record LineageRow(
    String child,
    String childKind,
    String parent,
    String parentKind,
    String role,
    UUID stageId,
    String stage,
    String shard,
    UUID runId,
    String run,
    Optional<String> computationKey,
    Optional<String> codeVersion,
    Optional<JsonNode> settings) {}
