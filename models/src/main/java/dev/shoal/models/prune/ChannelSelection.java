package dev.shoal.models.prune;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Which channels an expert keeps. */
public final class ChannelSelection {

  private ChannelSelection() {}

  /**
   * The channels with the highest scores, exactly {@code width} of them, in ascending order. Among
   * equal scores the lower index wins.
   *
   * @param score importance of each channel, [F]
   * @param width channels to keep, in [1, F]
   * @return indices of the kept channels, ascending, [width]
   * @throws IllegalArgumentException when the width is impossible or a score is NaN
   */
  public static int[] top(double[] score, int width) {
    if (width < 1 || width > score.length) {
      throw new IllegalArgumentException(
          "expert width: %d channels of %d; keep at least 1 and at most all of them"
              .formatted(width, score.length));
    }
    requireNumbers(score);
    // Adding 0.0 turns -0.0 into 0.0, which would otherwise lose a tie against it.
    Comparator<Integer> highestFirst = Comparator.comparingDouble(j -> -(score[j] + 0.0));
    return IntStream.range(0, score.length)
        .boxed()
        .sorted(highestFirst) // stable: ties stay in index order
        .limit(width)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }

  private static void requireNumbers(double[] score) {
    for (int j = 0; j < score.length; j++) {
      if (Double.isNaN(score[j])) {
        throw new IllegalArgumentException(
            "importance score: channel %d of %d is NaN; the statistics or the weights are damaged, calibrate again"
                .formatted(j, score.length));
      }
    }
  }
}
