package dev.shoal.workflows.request;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * How models are judged.
 *
 * @param windows the first windows of each data set's evaluation text; fewer where it is shorter
 * @param windowTokens tokens in a window
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Evaluation(Integer windows, Integer windowTokens) {}
