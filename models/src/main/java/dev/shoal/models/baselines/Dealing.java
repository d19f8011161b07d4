package dev.shoal.models.baselines;

import dev.shoal.models.tokens.Permutation;
import dev.shoal.models.tokens.Seeds;
import java.util.SplittableRandom;

/** Things shared out at random, as many to each. */
final class Dealing {

  private Dealing() {}

  /**
   * Who gets each thing when all are dealt like cards.
   *
   * @param purpose makes the order another one than that of other uses of the seed
   */
  static int[] of(int things, int hands, long seed, String purpose) {
    int[] order = Permutation.of(things, new SplittableRandom(Seeds.derive(seed, purpose)));
    int[] hand = new int[things];
    for (int i = 0; i < things; i++) {
      hand[order[i]] = i % hands;
    }
    return hand;
  }
}
