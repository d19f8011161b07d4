package dev.shoal.models.prune;

/** What a dense FFN matrix keeps of some channels; matrices are row-major. */
public final class ChannelCut {

  private ChannelCut() {}

  /**
   * Rows of gate or up.
   *
   * @param dense [F, H]
   * @param kept channels, [C]
   * @return [C, H]
   */
  public static float[] rows(float[] dense, int[] kept, int hidden) {
    float[] rows = new float[Math.multiplyExact(kept.length, hidden)];
    for (int i = 0; i < kept.length; i++) {
      System.arraycopy(dense, kept[i] * hidden, rows, i * hidden, hidden);
    }
    return rows;
  }

  /**
   * Columns of down.
   *
   * @param dense [H, F]
   * @param kept channels, [C]
   * @param scale each value is multiplied by
   * @return [H, C]
   */
  public static float[] columns(float[] dense, int[] kept, int hidden, float scale) {
    int channels = dense.length / hidden;
    float[] columns = new float[Math.multiplyExact(hidden, kept.length)];
    int at = 0;
    for (int row = 0; row < hidden; row++) {
      for (int channel : kept) {
        columns[at++] = scale * dense[row * channels + channel];
      }
    }
    return columns;
  }
}
