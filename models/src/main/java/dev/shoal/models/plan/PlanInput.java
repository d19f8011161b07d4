package dev.shoal.models.plan;

/**
 * How much text each stage of a run reads.
 *
 * @param dataSets D
 * @param windows calibration windows: per data set for statistics and per expert for building, or
 *     in all without affinity
 * @param windowTokens tokens of a calibration or affinity window
 * @param affinityWindows windows per data set and row of the affinity matrix; 0 without affinity
 * @param passes over the sample by which experts and a fitted router are made in turns; 0 where the
 *     router is trained
 * @param fitSteps by which the experts of each layer are fitted after that
 * @param evaluationWindows windows per data set
 * @param evaluationTokens tokens of an evaluation window
 * @param routerTokens tokens of the router stage; 0 where the router was fitted
 * @param expertTokens tokens of the expert stage
 */
public record PlanInput(
    int dataSets,
    int windows,
    int windowTokens,
    int affinityWindows,
    int passes,
    int fitSteps,
    int evaluationWindows,
    int evaluationTokens,
    long routerTokens,
    long expertTokens) {

  /** Refuses negative amounts and empty calibration. */
  public PlanInput {
    ModelShape.positive("datasets", dataSets);
    ModelShape.positive("calibration.windows", windows);
    ModelShape.positive("calibration.window_tokens", windowTokens);
    notNegative("calibration.affinity_windows", affinityWindows);
    notNegative("passes", passes);
    notNegative("experts.fit.steps", fitSteps);
    notNegative("evaluation.windows", evaluationWindows);
    notNegative("evaluation.window_tokens", evaluationTokens);
    notNegative("training.router_tokens", routerTokens);
    notNegative("training.expert_tokens", expertTokens);
  }

  /** Tokens of one calibration set. */
  long calibrationTokens() {
    return (long) windows * windowTokens;
  }

  /** Whether data sets are calibrated one by one; otherwise experts come from one sample of all. */
  boolean needsStatistics() {
    return affinityWindows > 0;
  }

  /** Tokens of the affinity matrix: every data set in every row. */
  long affinityMatrixTokens() {
    return (long) dataSets * dataSets * affinityWindows * windowTokens;
  }

  /** Tokens that one model is evaluated on. */
  long evaluationTokensPerModel() {
    return (long) dataSets * evaluationWindows * evaluationTokens;
  }

  /** Tokens to be kept for everything, no text read twice. */
  long distinctTokens() {
    long affinity = (long) dataSets * affinityWindows * windowTokens;
    long trained = Math.addExact(routerTokens, expertTokens);
    long calibrated = (needsStatistics() ? dataSets : 1) * calibrationTokens();
    return calibrated + affinity + evaluationTokensPerModel() + trained;
  }

  private static void notNegative(String field, long value) {
    if (value < 0) {
      throw new IllegalArgumentException("%s: %d; it must not be negative".formatted(field, value));
    }
  }
}
