package dev.shoal.models.plan;

/** How a training's checkpoints get to the disk. */
public enum CheckpointWriting {
  /** Copied on the host, and written from there while training goes on. */
  BEHIND,
  /** Training waits; for a host that has no room for the copy. */
  IN_THE_WAY
}
