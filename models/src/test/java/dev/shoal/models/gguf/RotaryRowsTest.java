package dev.shoal.models.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The rows of q and k")
class RotaryRowsTest {

  @Test
  @DisplayName("go 0, 2, 1, 3 and 4, 6, 5, 7 for two heads of four, and back")
  void byHand() {
    float[] rows = {0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7}; // 8 rows of 2
    float[] interleaved = {0, 0, 2, 2, 1, 1, 3, 3, 4, 4, 6, 6, 5, 5, 7, 7};
    assertThat(RotaryRows.interleaved(rows, 2, 4)).containsExactly(interleaved);
    assertThat(RotaryRows.halved(interleaved, 2, 4)).containsExactly(rows);
    float[] bias = {0, 1, 2, 3, 4, 5};
    assertThat(RotaryRows.interleaved(bias, 1, 6)).containsExactly(0, 3, 1, 4, 2, 5);
    assertThat(RotaryRows.halved(RotaryRows.interleaved(bias, 1, 6), 1, 6)).containsExactly(bias);
  }

  @Test
  @DisplayName("are such that turning neighbours there is turning halves here")
  void rotation() {
    float[] head = {0.3f, -1, 2, 0.7f, 1.1f, -0.4f};
    float[] there = neighbours(RotaryRows.interleaved(head, 1, 6));
    // The same products and sums of the same floats.
    assertThat(RotaryRows.halved(there, 1, 6)).containsExactly(halves(head), within(1e-7f));
  }

  /** As llama.cpp's "normal" rotation: elements 2i and 2i + 1 by the angle i + 1. */
  private static float[] neighbours(float[] x) {
    float[] y = new float[x.length];
    for (int i = 0; i < x.length / 2; i++) {
      float cos = (float) Math.cos(i + 1);
      float sin = (float) Math.sin(i + 1);
      y[2 * i] = x[2 * i] * cos - x[2 * i + 1] * sin;
      y[2 * i + 1] = x[2 * i] * sin + x[2 * i + 1] * cos;
    }
    return y;
  }

  /** As transformers: elements i and i + h/2. */
  private static float[] halves(float[] x) {
    float[] y = new float[x.length];
    int half = x.length / 2;
    for (int i = 0; i < half; i++) {
      float cos = (float) Math.cos(i + 1);
      float sin = (float) Math.sin(i + 1);
      y[i] = x[i] * cos - x[i + half] * sin;
      y[i + half] = x[i + half] * cos + x[i] * sin;
    }
    return y;
  }
}
