package dev.shoal.models.tasks;

/** Whether a text begins with the tokenizer's begin token before it is scored. */
public enum Bos {
  /** As the template in {@code tokenizer.json} says; the default of the harness since 0.4.9.2. */
  TOKENIZER,
  /** Always, as the harness's {@code add_bos_token=True}. */
  ALWAYS,
  /** Never, as the harness's {@code add_bos_token=False} and its default up to 0.4.9.1. */
  NEVER
}
