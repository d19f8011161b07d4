package dev.shoal.models.moe;

/**
 * Sizes of the sparse part of a model.
 *
 * @param experts E
 * @param width C, channels of one expert
 * @param hidden H
 */
public record MoeShape(int experts, int width, int hidden) {}
