package dev.shoal.models.llama;

import dev.shoal.models.config.RopeSettings;

/**
 * Cosines and sines of the rotary position embedding, half-rotation convention.
 *
 * <p>At position s, element i and element i + D/2 are rotated by the angle s f_i, the frequencies
 * being {@link RopeSettings#frequencies}. Rows are positions: [S, D] row-major. Both halves of a
 * row are equal, except that the sines of the first are negative, as the rotation needs them.
 * Frequency, angle and result are rounded to float32 one after the other, as {@code transformers}
 * does.
 */
final class RotaryTable {

  private final float[] cos;
  private final float[] sin;

  private RotaryTable(float[] cos, float[] sin) {
    this.cos = cos;
    this.sin = sin;
  }

  static RotaryTable of(RopeSettings rope, int headSize, int positions) {
    float[] cos = new float[positions * headSize];
    float[] sin = new float[positions * headSize];
    int half = headSize / 2;
    float[] frequencies = rope.frequencies(headSize);
    for (int i = 0; i < half; i++) {
      for (int s = 0; s < positions; s++) {
        float angle = s * frequencies[i];
        int at = s * headSize + i;
        cos[at] = (float) Math.cos(angle);
        cos[at + half] = cos[at];
        sin[at + half] = (float) Math.sin(angle);
        sin[at] = -sin[at + half];
      }
    }
    return new RotaryTable(cos, sin);
  }

  /** [S, D], not copied. */
  float[] cos() {
    return cos;
  }

  /** [S, D], not copied. */
  float[] sin() {
    return sin;
  }
}
