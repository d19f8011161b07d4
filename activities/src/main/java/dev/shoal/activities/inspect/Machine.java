package dev.shoal.activities.inspect;

/**
 * What the planning machine has.
 *
 * @param memoryBytes of the host
 * @param flopsPerSecond measured for matrix products of the size at hand
 * @param freeDiskBytes where artifacts are kept
 */
public record Machine(long memoryBytes, double flopsPerSecond, long freeDiskBytes) {}
