package dev.shoal.models.prune;

/** The one shape rule of a {@code down_proj} weight given as a flat array. */
final class DownProjection {

  private DownProjection() {}

  /** Refuses a weight that is not [hidden, channels]. */
  static void check(float[] down, int hidden, int channels) {
    if (hidden < 1 || down.length != (long) hidden * channels) {
      throw new IllegalArgumentException(
          "down_proj: %d weights, expected %d x %d (hidden x channels); statistics and weights must come from the same model"
              .formatted(down.length, hidden, channels));
    }
  }
}
