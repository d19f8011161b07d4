package dev.shoal.models.tasks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.rng.core.source32.MersenneTwister;

/**
 * The numbers of CPython's {@code random.Random(seed)}: the Mersenne Twister keyed with the 32-bit
 * digits of the seed, least significant first.
 */
final class PythonRandom {

  private final MersenneTwister twister;

  /**
   * As {@code random.Random(seed)}.
   *
   * @param seed not negative; Python takes the absolute value
   */
  PythonRandom(long seed) {
    int high = (int) (seed >>> 32);
    twister =
        new MersenneTwister(high == 0 ? new int[] {(int) seed} : new int[] {(int) seed, high});
  }

  /** {@code random()}: 53 bits in [0, 1). */
  double random() {
    int a = twister.nextInt() >>> 5;
    int b = twister.nextInt() >>> 6;
    return (a * 67108864.0 + b) * (1.0 / 9007199254740992.0);
  }

  /** {@code sample(range(population), count)}: different indices, in the order drawn. */
  List<Integer> sample(int population, int count) {
    if (count > population) {
      throw new IllegalArgumentException(
          "%d of %d cannot be drawn without repetition".formatted(count, population));
    }
    int setSize = 21; // Python's own estimate of which way needs less memory; it decides the draws
    if (count > 5) {
      setSize += (int) Math.pow(4, Math.ceil(Math.log(count * 3.0) / Math.log(4)));
    }
    return population <= setSize ? fromPool(population, count) : fromSet(population, count);
  }

  private List<Integer> fromPool(int population, int count) {
    int[] pool = new int[population];
    Arrays.setAll(pool, i -> i);
    List<Integer> drawn = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int at = below(population - i);
      drawn.add(pool[at]);
      pool[at] = pool[population - i - 1];
    }
    return drawn;
  }

  private List<Integer> fromSet(int population, int count) {
    Set<Integer> seen = new HashSet<>();
    List<Integer> drawn = new ArrayList<>(count);
    while (drawn.size() < count) {
      int at = below(population);
      if (seen.add(at)) {
        drawn.add(at);
      }
    }
    return drawn;
  }

  /** An integer in [0, bound): as many bits as the bound has, drawn again while too large. */
  private int below(int bound) {
    int unused = Integer.numberOfLeadingZeros(bound);
    int drawn = twister.nextInt() >>> unused;
    while (Integer.compareUnsigned(drawn, bound) >= 0) {
      drawn = twister.nextInt() >>> unused;
    }
    return drawn;
  }
}
