package dev.shoal.workflows.request;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * How much text decides what is kept.
 *
 * @param windows windows per data set for statistics; per group, shared equally, for building; in
 *     all, shared equally, where experts are not for groups of data sets
 * @param windowTokens tokens in a window
 * @param affinityWindows windows per data set for the affinity matrix, disjoint from the former
 * @param seed which windows
 * @param statistic how the spread of a channel is computed
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Calibration(
    Integer windows,
    Integer windowTokens,
    Integer affinityWindows,
    Long seed,
    Statistic statistic) {

  /** Runs that began before there was a choice have the variance. */
  public Calibration {
    statistic = statistic == null ? Statistic.VARIANCE : statistic;
  }

  /** How the spread of a channel is computed. */
  public enum Statistic {
    /** The variance over all tokens; exact, whatever the order of windows. */
    @JsonProperty("variance")
    VARIANCE,
    /**
     * The recurrence of the public FLAP code, window by window, for its exact selection; every
     * group costs a pass of its own.
     */
    @JsonProperty("flap")
    FLAP
  }
}
