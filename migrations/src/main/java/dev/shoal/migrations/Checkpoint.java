package dev.shoal.migrations;

/**
 * A folder from which a computation can go on.
 *
 * @param step training step it holds
 * @param path where it is
 * @param sha256 digest of its manifest
 * @param bytes its size
 * @param epoch attempt that wrote it
 */
public record Checkpoint(long step, String path, String sha256, long bytes, long epoch) {}
