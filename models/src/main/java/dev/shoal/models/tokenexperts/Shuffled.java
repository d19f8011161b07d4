package dev.shoal.models.tokenexperts;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Tokens in a seeded order. */
final class Shuffled {

  private final long seed;

  Shuffled(long seed) {
    this.seed = seed;
  }

  /** The first so many of N tokens, [count] int64. */
  NDArray some(NDManager scope, long tokens, long count) {
    int n = Math.toIntExact(tokens);
    long[] all = new long[n];
    for (int i = 0; i < n; i++) {
      all[i] = i;
    }
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < count; i++) {
      int j = i + random.nextInt(n - i);
      long swap = all[i];
      all[i] = all[j];
      all[j] = swap;
    }
    return scope.create(Arrays.copyOf(all, (int) count), new Shape(count));
  }
}
