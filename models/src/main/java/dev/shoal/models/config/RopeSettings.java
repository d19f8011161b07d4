package dev.shoal.models.config;

/**
 * Rotary position embedding.
 *
 * @param theta base of the frequencies, {@code rope_theta}; positive
 * @param scaling of the frequencies
 */
public record RopeSettings(double theta, RopeScaling scaling) {

  /** Without scaling. */
  public RopeSettings(double theta) {
    this(theta, new RopeScaling.None());
  }

  /**
   * Angle per position of each pair of elements, \( \mathrm{scale}(\theta^{-2i/h}) \), [h/2].
   * Rounded to float32 step by step, as {@code transformers} does: at long positions the last bit
   * shows.
   */
  public float[] frequencies(int headSize) {
    float[] frequencies = new float[headSize / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float wave = (float) Math.pow((float) theta, 2f * i / headSize);
      frequencies[i] = scaling.scale(1 / wave);
    }
    return frequencies;
  }
}
