package dev.shoal.models.affinity;

/**
 * One join of two clusters, each named by its smallest member; afterwards both go by {@code first}.
 *
 * @param first smallest member of the one cluster
 * @param second smallest member of the other, above {@code first}
 * @param height distance at which they joined
 */
public record Merge(int first, int second, double height) {}
