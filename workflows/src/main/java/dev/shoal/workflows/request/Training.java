package dev.shoal.workflows.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * How the mixture is retrained.
 *
 * @param routerTokens tokens of the router stage; 0 leaves it out
 * @param expertTokens tokens of the expert stage; 0 leaves it out, auto is the smaller of five
 *     billion and two epochs
 * @param weights which expert weights are trained; auto is all of them where they and their moments
 *     fit onto the device, else lora
 * @param lora shape of the adapters
 * @param distillation how much the dense source model teaches
 * @param losses on what routers do, in both stages; not written where all weights are 0
 * @param learningRate peak learning rate; auto by model size and trained weights
 * @param batchTokens tokens of one optimizer step
 * @param warmupRatio share of the expert stage's steps with a rising learning rate
 * @param lrScheduler shape of the expert stage's learning rate; the router stage's is constant
 * @param weightDecay AdamW's
 * @param sequenceTokens tokens of one sequence
 * @param routerTemperature softmax temperature of the router stage; auto is 0.05 for one active
 *     expert and 0.5 for more
 * @param seed order of the batches, start of router and adapters
 * @param fromCheckpoint digest of another run's checkpoint that the stage it belongs to goes on
 *     from; not written where there is none
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Training(
    Long routerTokens,
    @Auto Long expertTokens,
    @Auto TrainedWeights weights,
    Lora lora,
    Distillation distillation,
    @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = Losses.Off.class) Losses losses,
    @Auto Double learningRate,
    Integer batchTokens,
    Double warmupRatio,
    LrScheduler lrScheduler,
    Double weightDecay,
    Integer sequenceTokens,
    @Auto Double routerTemperature,
    Long seed,
    @OptionalField @JsonInclude(JsonInclude.Include.NON_NULL) String fromCheckpoint) {

  /** Runs that began before there were any have no losses on routers. */
  public Training {
    losses = losses == null ? Losses.NONE : losses;
  }

  /** Which expert weights are trained. */
  public enum TrainedWeights {
    /** Low-rank adapters on every expert matrix. */
    @JsonProperty("lora")
    LORA,
    /** All weights of every expert. */
    @JsonProperty("full")
    FULL
  }

  /** Shape of the learning rate over the steps of the expert stage. */
  public enum LrScheduler {
    /** The same at every step after the warm-up. */
    @JsonProperty("constant")
    CONSTANT,
    /** Half a cosine down to a tenth. */
    @JsonProperty("cosine")
    COSINE
  }

  /**
   * Low-rank adapters, W + (alpha / r) B A.
   *
   * @param r rank
   * @param alpha scale
   */
  @JsonNaming(SnakeCaseStrategy.class)
  public record Lora(Integer r, Double alpha) {}

  /**
   * Distillation from the dense source model: loss + weight T^2 KL(dense || mixture).
   *
   * @param weight 0 leaves it out
   * @param temperature T
   */
  @JsonNaming(SnakeCaseStrategy.class)
  public record Distillation(Double weight, Double temperature) {}

  /**
   * Weights of losses on what routers do, beside that of the language model; 0 leaves one out. They
   * are means over layers, and over the tokens of a micro-batch; p is the router's softmax, with
   * the router stage's temperature there.
   *
   * @param loadBalance of E sum f P: f is the share of each of E experts in what tokens choose, P
   *     the mean of p
   * @param cvSquared of the squared coefficient of variation of P
   * @param routerZ of the mean squared log-sum-exp of the router's logits
   * @param mutualInformation of minus the mutual information of data set and expert under p
   */
  @JsonNaming(SnakeCaseStrategy.class)
  public record Losses(
      Double loadBalance, Double cvSquared, Double routerZ, Double mutualInformation) {

    /** Without any. */
    public static final Losses NONE = new Losses(0.0, 0.0, 0.0, 0.0);

    /** Equals what need not be written: settings without losses name the same computation. */
    static final class Off {

      @Override
      public boolean equals(Object written) {
        return written == null || NONE.equals(written);
      }

      @Override
      public int hashCode() {
        return NONE.hashCode();
      }
    }
  }
}
