package dev.shoal.models.tokens;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Things in a random order (Fisher and Yates). */
public final class Permutation {

  private Permutation() {}

  /** The numbers below a count, each order equally likely. */
  public static int[] of(int count, SplittableRandom random) {
    int[] order = IntStream.range(0, count).toArray();
    for (int i = count - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
    return order;
  }
}
