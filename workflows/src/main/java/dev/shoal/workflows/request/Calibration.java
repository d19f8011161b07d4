package dev.shoal.workflows.request;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * How much text decides what is kept.
 *
 * @param windows windows per data set for statistics; per group, shared equally, for building
 * @param windowTokens tokens in a window
 * @param affinityWindows windows per data set for the affinity matrix, disjoint from the former
 * @param seed which windows
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Calibration(
    Integer windows, Integer windowTokens, Integer affinityWindows, Long seed) {}
