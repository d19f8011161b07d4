package dev.shoal.models.training;

/**
 * What one step did.
 *
 * @param step counted from 0
 * @param loss mean per predicted token, what was differentiated
 * @param crossEntropy the part of it that is the next token's
 * @param learningRate of this step
 * @param gradientNorm before it was limited
 * @param tokens tokens predicted
 */
public record StepResult(
    long step,
    double loss,
    double crossEntropy,
    double learningRate,
    double gradientNorm,
    long tokens) {}
