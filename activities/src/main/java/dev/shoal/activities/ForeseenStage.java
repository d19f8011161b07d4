package dev.shoal.activities;

import dev.shoal.activities.stage.StageKey;
import dev.shoal.migrations.ComputationRow;
import java.util.Optional;

/**
 * A stage as a run would ask for it.
 *
 * @param stage its name
 * @param shard which of several like it; empty where there is one
 * @param key of its computation
 * @param finished the computation, where its result is there
 */
public record ForeseenStage(
    String stage, String shard, StageKey key, Optional<ComputationRow> finished) {}
