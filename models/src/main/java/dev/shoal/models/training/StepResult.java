package dev.shoal.models.training;

import java.util.Map;

/**
 * What one step did.
 *
 * @param step counted from 0
 * @param loss mean per predicted token, what was differentiated
 * @param crossEntropy the part of it that is the next token's
 * @param learningRate of this step
 * @param gradientNorm before it was limited
 * @param tokens tokens predicted
 * @param routerLosses by name those that were asked for, without their weights; see {@link
 *     RouterLosses}
 */
public record StepResult(
    long step,
    double loss,
    double crossEntropy,
    double learningRate,
    double gradientNorm,
    long tokens,
    Map<String, Double> routerLosses) {

  /** Checkpoints from before there were any say nothing of them. */
  public StepResult {
    routerLosses = routerLosses == null ? Map.of() : routerLosses;
  }
}
