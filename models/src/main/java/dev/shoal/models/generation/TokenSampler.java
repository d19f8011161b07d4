package dev.shoal.models.generation;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Chooses the tokens of one text. Axes: V vocabulary. */
final class TokenSampler {

  private final Sampling sampling;
  private final SplittableRandom random;

  TokenSampler(Sampling sampling, long seed) {
    this.sampling = sampling;
    this.random = new SplittableRandom(seed);
  }

  /** The next token, from V logits that begin at an index. */
  int next(float[] logits, int begin, int vocabulary) {
    if (!sampling.doSample()) {
      return largest(logits, begin, vocabulary);
    }
    boolean all = sampling.topK() == 0 && sampling.topP() == 1;
    int[] kept = all ? range(vocabulary) : likeliest(logits, begin, vocabulary);
    return draw(kept, probabilities(logits, begin, kept));
  }

  private static int largest(float[] logits, int begin, int vocabulary) {
    int best = 0;
    for (int v = 1; v < vocabulary; v++) {
      if (logits[begin + v] > logits[begin + best]) {
        best = v;
      }
    }
    return best;
  }

  private static int[] range(int vocabulary) {
    int[] ids = new int[vocabulary];
    Arrays.setAll(ids, v -> v);
    return ids;
  }

  /** What top-k and then top-p leave, the likeliest first. */
  private int[] likeliest(float[] logits, int begin, int vocabulary) {
    int[] ranked = ranked(logits, begin, vocabulary);
    int count = vocabulary;
    if (sampling.topK() > 0 && sampling.topK() < vocabulary) {
      float worst = logits[begin + ranked[sampling.topK() - 1]];
      count = sampling.topK();
      while (count < vocabulary && logits[begin + ranked[count]] == worst) {
        count++;
      }
    }
    int[] kept = Arrays.copyOf(ranked, count);
    return sampling.topP() == 1 ? kept : nucleus(kept, probabilities(logits, begin, kept));
  }

  /** A token stays while those before it have less than top-p together; the first always stays. */
  private int[] nucleus(int[] ranked, double[] probabilities) {
    double before = 0;
    int count = 0;
    while (count < ranked.length && before < sampling.topP()) {
      before += probabilities[count++];
    }
    return Arrays.copyOf(ranked, count);
  }

  /** All ids by falling logit, the lowest id first among equals. */
  private static int[] ranked(float[] logits, int begin, int vocabulary) {
    long[] keys = new long[vocabulary];
    for (int v = 0; v < vocabulary; v++) {
      int bits = Float.floatToIntBits(logits[begin + v] + 0f); // -0 becomes 0
      int rising = bits < 0 ? ~bits : bits ^ Integer.MIN_VALUE; // unsigned, as the values
      keys[v] = ((long) (~rising ^ Integer.MIN_VALUE) << 32) | v;
    }
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
  }

  /** Softmax of the kept logits over the temperature. */
  private double[] probabilities(float[] logits, int begin, int[] kept) {
    double highest = Double.NEGATIVE_INFINITY;
    for (int id : kept) {
      highest = Math.max(highest, logits[begin + id]);
    }
    double[] probabilities = new double[kept.length];
    double total = 0;
    for (int i = 0; i < kept.length; i++) {
      probabilities[i] = Math.exp((logits[begin + kept[i]] - highest) / sampling.temperature());
      total += probabilities[i];
    }
    for (int i = 0; i < kept.length; i++) {
      probabilities[i] /= total;
    }
    return probabilities;
  }

  private int draw(int[] ids, double[] probabilities) {
    double left = random.nextDouble();
    for (int i = 0; i < ids.length - 1; i++) {
      left -= probabilities[i];
      if (left < 0) {
        return ids[i];
      }
    }
    return ids[ids.length - 1];
  }
}
