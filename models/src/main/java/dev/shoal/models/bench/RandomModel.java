package dev.shoal.models.bench;

import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.moe.ExpertSet;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Weights, experts and text that mean nothing, of any size, quickly made: speed needs no sense. */
final class RandomModel {

  private static final int POOL = 1 << 22;
  private static final float DEVIATION = 0.02f;

  private final LlamaConfig config;
  private final float[] pool = new float[POOL];

  RandomModel(LlamaConfig config) {
    this.config = config;
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < POOL; i++) {
      pool[i] = (float) (DEVIATION * random.nextGaussian());
    }
  }

  /** A weight by its name: vectors are ones, matrices pieces of one pool of noise. */
  float[] values(String name, long[] shape) {
    long size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    float[] values = new float[Math.toIntExact(size)];
    if (shape.length == 1) {
      Arrays.fill(values, 1);
      return values;
    }
    int from = Math.floorMod(name.hashCode() * 31, POOL);
    for (int at = 0; at < values.length; ) {
      int length = Math.min(values.length - at, POOL - from);
      System.arraycopy(pool, from, values, at, length);
      at += length;
      from = 0;
    }
    return values;
  }

  /** Experts that keep random channels, different ones in every layer. */
  ExpertSet experts(int experts, int width) {
    int[][][] kept = new int[experts][][];
    for (int e = 0; e < experts; e++) {
      kept[e] = channels(e, width);
    }
    return ExpertSet.of(kept, null);
  }

  /** Channels that a pruned model keeps, [L, C]. */
  int[][] channels(int seed, int width) {
    SplittableRandom random = new SplittableRandom(seed);
    int[][] kept = new int[config.numLayers()][];
    for (int l = 0; l < kept.length; l++) {
      int[] all = new int[config.intermediateSize()];
      Arrays.setAll(all, i -> i);
      for (int i = 0; i < width; i++) {
        int j = i + random.nextInt(all.length - i);
        int swap = all[i];
        all[i] = all[j];
        all[j] = swap;
      }
      kept[l] = Arrays.copyOf(all, width);
      Arrays.sort(kept[l]);
    }
    return kept;
  }

  /** Windows of random tokens. */
  int[][] windows(int count, int length, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[][] windows = new int[count][length];
    for (int[] window : windows) {
      Arrays.setAll(window, i -> random.nextInt(config.vocabSize()));
    }
    return windows;
  }
}
