package dev.shoal.models.moe;

/**
 * Low-rank adapters: \( W + \frac{\alpha}{R} B A \).
 *
 * @param rank R, at least 1
 * @param alpha scale before division by the rank
 */
public record Lora(int rank, double alpha) {

  /** Rejects adapters that adapt nothing. */
  public Lora {
    if (rank < 1 || !(alpha > 0)) {
      throw new IllegalArgumentException(
          "LoRA has rank %d and alpha %s; both must be positive".formatted(rank, alpha));
    }
  }

  /** \( \alpha / R \). */
  public double scale() {
    return alpha / rank;
  }
}
