package dev.shoal.migrations;

/**
 * One number.
 *
 * @param name name with its denominator, such as {@code perplexity_per_token/legal}
 * @param step training step, or 0 for a number that has no step
 * @param value the number; NaN and the infinities are stored as they are
 */
public record MetricRow(String name, long step, double value) {}
