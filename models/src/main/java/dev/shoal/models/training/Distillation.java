package dev.shoal.models.training;

/**
 * How much the source model's predictions count: the loss grows by \( w T^2\,
 * \mathrm{KL}(\mathrm{softmax}(z_t/T)\, \|\, \mathrm{softmax}(z/T)) \) per token.
 *
 * @param weight w, at least 0
 * @param temperature T, above 0
 */
public record Distillation(double weight, double temperature) {

  /** Cross-entropy alone. */
  public static final Distillation NONE = new Distillation(0, 1);

  /** Rejects what is no weight or no temperature. */
  public Distillation {
    if (!(weight >= 0) || !(temperature > 0)) {
      throw new IllegalArgumentException(
          "distillation has weight %s and temperature %s; the weight must not be negative and the temperature positive"
              .formatted(weight, temperature));
    }
  }
}
