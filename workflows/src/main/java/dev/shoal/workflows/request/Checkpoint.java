package dev.shoal.workflows.request;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * How often training is saved.
 *
 * @param everySeconds at most this much work is lost
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Checkpoint(Integer everySeconds) {}
