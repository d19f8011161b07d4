package dev.shoal.models.plan;

/** Where both moments of AdamW stay between two updates; the result is the same bit for bit. */
public enum OptimizerHome {
  /** Beside the weights, fp32. */
  DEVICE,
  /** In the host's memory, fp32; each weight's moments travel for its update. */
  HOST
}
