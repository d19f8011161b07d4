package dev.shoal.models.training;

/** What a training changes, and how tokens meet experts in it. */
public enum TrainingStage {
  /**
   * The routers alone; every token visits every expert, weighted by softmax(logits / temperature).
   */
  ROUTER,
  /** Adapters on every expert, all norms and the routers; tokens visit their K best experts. */
  EXPERTS,
  /** As {@link #EXPERTS}, with all weights of the experts in place of adapters. */
  EXPERTS_FULL,
  /** Every weight of a dense model. */
  DENSE;

  /** Whether the input of the layers from this one on needs a gradient. */
  boolean wantsInput(int beginLayer) {
    return beginLayer > 0 || this == DENSE;
  }

  /** Whether the head needs a gradient. */
  boolean wantsHead() {
    return this == DENSE;
  }
}
