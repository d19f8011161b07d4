package dev.shoal.workflows.request;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.math.BigDecimal;

/**
 * Shape of the mixture.
 *
 * @param by what decides an expert's channels
 * @param numExperts experts in each layer
 * @param expertsPerToken experts that one token uses
 * @param width share of the dense FFN's channels an expert keeps, or their number
 * @param compensation what stands in for the removed channels
 * @param router where the router comes from
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Experts(
    By by,
    Integer numExperts,
    Integer expertsPerToken,
    BigDecimal width,
    Compensation compensation,
    RouterOrigin router) {

  /** What one expert is made for. */
  public enum By {
    /** One expert per group of data sets that prune alike. */
    @JsonProperty("domains")
    DOMAINS,
    /** One expert per kind of token, layer by layer. */
    @JsonProperty("tokens")
    TOKENS
  }

  /** What stands in for the removed channels; the formulas are with the computation. */
  public enum Compensation {
    /** Nothing. */
    @JsonProperty("none")
    NONE,
    /** A bias on the down projection: the removed channels' mean. No stock format holds it. */
    @JsonProperty("bias")
    BIAS,
    /** Least squares folded into the down projection. */
    @JsonProperty("fold")
    FOLD
  }

  /** Where the router comes from. */
  public enum RouterOrigin {
    /** From a seeded random start, by the router stage. */
    @JsonProperty("trained")
    TRAINED,
    /** Fitted to what each expert misses, while they are built. */
    @JsonProperty("fitted")
    FITTED
  }
}
