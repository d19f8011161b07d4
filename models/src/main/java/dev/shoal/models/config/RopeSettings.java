package dev.shoal.models.config;

/**
 * Rotary position embedding without scaling.
 *
 * @param theta base of the frequencies, {@code rope_theta}; positive
 */
public record RopeSettings(double theta) {}
