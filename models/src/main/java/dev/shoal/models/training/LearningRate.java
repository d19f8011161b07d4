package dev.shoal.models.training;

/**
 * Learning rate of every step: a linear warm-up, then constant or half a cosine down to a tenth.
 *
 * <p>With w warm-up steps of t: step s &lt; w gets \( p (s + 1) / w \); after that the cosine gives
 * \( p\,(0.1 + 0.45\,(1 + \cos(\pi\,(s - w) / (t - 1 - w)))) \), the last step 0.1 p.
 *
 * @param peak p
 * @param cosine whether it falls after the warm-up
 * @param warmupSteps w
 */
public record LearningRate(double peak, boolean cosine, long warmupSteps) {

  /** Rejects rates that teach nothing. */
  public LearningRate {
    if (!(peak > 0) || warmupSteps < 0) {
      throw new IllegalArgumentException(
          "the learning rate peaks at %s after %d steps; the peak must be positive and the steps not negative"
              .formatted(peak, warmupSteps));
    }
  }

  /** The same rate all along. */
  public static LearningRate constant(double rate) {
    return new LearningRate(rate, false, 0);
  }

  /** Rate of one step, counted from 0. */
  public double at(long step, long totalSteps) {
    if (step < warmupSteps) {
      return peak * (step + 1) / warmupSteps;
    }
    if (!cosine) {
      return peak;
    }
    double progress = (double) (step - warmupSteps) / Math.max(1, totalSteps - 1 - warmupSteps);
    return peak * (0.1 + 0.45 * (1 + Math.cos(Math.PI * Math.min(1, progress))));
  }
}
