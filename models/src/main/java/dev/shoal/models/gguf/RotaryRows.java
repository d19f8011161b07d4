package dev.shoal.models.gguf;

/**
 * The order of the rows of q and k, and of their biases.
 *
 * <p>{@code transformers} rotates element i of a head together with element i + h/2; llama.cpp, in
 * its architecture {@code llama}, element 2i together with 2i + 1. So row 2i of a head there is row
 * i here, and row 2i + 1 there is row i + h/2 here. h is the head size.
 */
final class RotaryRows {

  private RotaryRows() {}

  /** Rows from our order into that of llama.cpp. */
  static float[] interleaved(float[] values, int heads, int headSize) {
    float[] result = new float[values.length];
    int row = values.length / (heads * headSize);
    int half = headSize / 2;
    for (int to = 0; to < heads * headSize; to++) {
      int within = to % headSize;
      int from = to - within + within / 2 + (within % 2) * half;
      System.arraycopy(values, from * row, result, to * row, row);
    }
    return result;
  }

  /** Rows from the order of llama.cpp into ours. */
  static float[] halved(float[] values, int heads, int headSize) {
    float[] result = new float[values.length];
    int row = values.length / (heads * headSize);
    for (int head = 0; head < heads; head++) {
      for (int i = 0; i < headSize / 2; i++) {
        int to = (head * headSize + i) * row;
        int from = (head * headSize + 2 * i) * row;
        System.arraycopy(values, from, result, to, row);
        System.arraycopy(values, from + row, result, to + headSize / 2 * row, row);
      }
    }
    return result;
  }
}
