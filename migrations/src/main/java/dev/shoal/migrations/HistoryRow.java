package dev.shoal.migrations;

import java.time.Instant;
import java.util.Optional;

/**
 * A row of the view {@code stage_history}: an attempt of a stage, or a stage that needed none.
 *
 * @param stage name of the stage
 * @param shard which of several like it
 * @param status of the stage
 * @param outcome of the attempt; absent where none was needed
 * @param resumedFromStep step of the checkpoint that the attempt went on from
 * @param environmentSha256 environment of the attempt
 * @param startedAt begin of the attempt, or of the stage
 * @param endedAt end of the attempt, or of the stage
 * @param reason message of the failure, or why the stage was skipped
 */
public record HistoryRow(
    String stage,
    String shard,
    String status,
    Optional<String> outcome,
    Optional<Long> resumedFromStep,
    Optional<String> environmentSha256,
    Instant startedAt,
    Optional<Instant> endedAt,
    Optional<String> reason) {}
