package dev.shoal.models.training;

/** What a training changes, and how tokens meet experts in it. */
public enum TrainingStage {
  /**
   * The routers alone; every token visits every expert, weighted by softmax(logits / temperature).
   */
  ROUTER,
  /** Adapters on every expert, all norms and the routers; tokens visit their K best experts. */
  EXPERTS,
  /** Every weight of a dense model. */
  DENSE
}
