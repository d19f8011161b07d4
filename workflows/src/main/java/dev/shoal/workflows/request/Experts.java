package dev.shoal.workflows.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.math.BigDecimal;
import java.util.Locale;

/**
 * Shape of the mixture.
 *
 * @param by what decides an expert's channels
 * @param numExperts experts in each layer
 * @param expertsPerToken experts that one token uses
 * @param width share of the dense FFN's channels an expert keeps, or their number
 * @param compensation what stands in for the removed channels
 * @param router where the router comes from
 * @param start whose tokens are whose at first, where experts are for kinds of tokens
 * @param fit how experts for kinds of tokens are fitted to the dense layers once they are cut; not
 *     written where they are not
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Experts(
    By by,
    Integer numExperts,
    Integer expertsPerToken,
    BigDecimal width,
    Compensation compensation,
    RouterOrigin router,
    Start start,
    @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = Fit.Off.class) Fit fit) {

  /** Runs that began before there was a choice start from k-means and leave experts as cut. */
  public Experts {
    start = start == null ? Start.KMEANS : start;
    fit = fit == null ? Fit.NONE : fit;
  }

  /** What one expert is made for. */
  public enum By {
    /** One expert per group of data sets that prune alike. */
    @JsonProperty("domains")
    DOMAINS,
    /** One expert per kind of token, layer by layer. */
    @JsonProperty("tokens")
    TOKENS,
    /** One expert: the dense FFN, pruned once. */
    @JsonProperty("single")
    SINGLE,
    /** The dense FFN pruned once, in every expert. */
    @JsonProperty("copy")
    COPY,
    /** As copied, with half of each expert's channels drawn anew. */
    @JsonProperty("drop-upcycle")
    DROP_UPCYCLE,
    /** The dense FFN's channels shared out at random. */
    @JsonProperty("random-split")
    RANDOM_SPLIT,
    /** Shared out so that each expert's rows of gate are alike. */
    @JsonProperty("kmeans-split")
    KMEANS_SPLIT,
    /** Shared out so that each expert's channels are active together. */
    @JsonProperty("coactivation-split")
    COACTIVATION_SPLIT,
    /** One expert per random part of the calibration text. */
    @JsonProperty("random-calibration")
    RANDOM_CALIBRATION;

    /** Whether experts are for groups of data sets; all others come from one sample of all. */
    public boolean isByDomains() {
      return this == DOMAINS;
    }

    /** Whether experts share out the dense FFN's channels, F / E to each, and none is removed. */
    public boolean isSplit() {
      return this == RANDOM_SPLIT || this == KMEANS_SPLIT || this == COACTIVATION_SPLIT;
    }

    /** Whether all experts begin as the same one. */
    public boolean isOnePruned() {
      return this == SINGLE || this == COPY;
    }

    /** Whether a router can be fitted to the experts while they are made. */
    public boolean isFittable() {
      return this == DOMAINS || this == TOKENS || this == RANDOM_CALIBRATION;
    }

    /** As a request writes it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
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

  /** Whether a data set has one expert, made for its group: a router can but find it. */
  public boolean haveOneOfEachGroup() {
    return by.isByDomains() && expertsPerToken == 1;
  }

  /** Whether data sets that prune alike have to be found first. */
  public boolean needGroups() {
    return by.isByDomains() || start == Start.GROUPS;
  }

  /** How tokens are shared out before the first expert is made. */
  public enum Start {
    /** By the direction of the FFN's input, layer by layer. */
    @JsonProperty("kmeans")
    KMEANS,
    /** By the group of their data set. */
    @JsonProperty("groups")
    GROUPS
  }

  /**
   * How the weights of a layer's experts are moved towards what the dense model has there.
   *
   * @param steps of 16,384 tokens of the sample; 0 leaves experts as they are cut
   * @param learningRate peak of the learning rate
   */
  @JsonNaming(SnakeCaseStrategy.class)
  public record Fit(Integer steps, Double learningRate) {

    /** Experts stay as they are cut. */
    public static final Fit NONE = new Fit(0, 0.001);

    /** Equals what need not be written: such settings name the same computation without it. */
    static final class Off {

      @Override
      public boolean equals(Object written) {
        return written == null || (written instanceof Fit fit && NONE.steps().equals(fit.steps()));
      }

      @Override
      public int hashCode() {
        return 0;
      }
    }
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
