package dev.shoal.models.prune;

/** How alike selections of channels are. */
public final class ChannelOverlap {

  private ChannelOverlap() {}

  /**
   * Mean Jaccard index of all pairs.
   *
   * @param selections at least two, each strictly ascending
   */
  public static double mean(int[][] selections) {
    double sum = 0;
    for (int i = 1; i < selections.length; i++) {
      for (int j = 0; j < i; j++) {
        sum += jaccard(selections[i], selections[j]);
      }
    }
    int pairs = selections.length * (selections.length - 1) / 2;
    return sum / pairs;
  }

  /**
   * Jaccard index \( |A \cap B| / |A \cup B| \): 1 for equal selections, 0 for disjoint ones. Two
   * empty selections are equal.
   *
   * @param a strictly ascending indices
   * @param b strictly ascending indices
   */
  public static double jaccard(int[] a, int[] b) {
    int common = 0;
    for (int i = 0, j = 0; i < a.length && j < b.length; ) {
      int order = Integer.compare(a[i], b[j]);
      common += order == 0 ? 1 : 0;
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
    }
    int union = a.length + b.length - common;
    return union == 0 ? 1 : (double) common / union;
  }
}
