package dev.shoal.models.baselines;

import dev.shoal.models.tokens.Seeds;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Things in a seeded order. */
final class Shuffle {

  private Shuffle() {}

  /** The numbers below a count, each order equally likely. */
  static int[] order(int count, SplittableRandom random) {
    int[] order = new int[count];
    Arrays.setAll(order, i -> i);
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    return order;
  }

  /**
   * Who gets each thing when all are dealt like cards.
   *
   * @param purpose makes the order another one than that of other uses of the seed
   */
  static int[] dealt(int things, int hands, long seed, String purpose) {
    int[] order = order(things, new SplittableRandom(Seeds.derive(seed, purpose)));
    int[] hand = new int[things];
    for (int i = 0; i < things; i++) {
      hand[order[i]] = i % hands;
    }
    return hand;
  }
}
