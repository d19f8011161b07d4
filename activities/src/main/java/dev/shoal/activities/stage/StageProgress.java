package dev.shoal.activities.stage;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Heartbeat details: what the UI and {@code shoal watch} show of a running stage. Never a
 * checkpoint.
 *
 * @param phase what is being done
 * @param step units done
 * @param totalSteps units in all
 * @param loss of the last step; null outside training
 * @param tokensPerSecond speed since this attempt began; null until known
 * @param etaSeconds estimated time left; null until known
 * @param checkpointStep step of the newest recorded checkpoint; null outside training
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StageProgress(
    String phase,
    long step,
    long totalSteps,
    Double loss,
    Double tokensPerSecond,
    Double etaSeconds,
    Long checkpointStep) {}
