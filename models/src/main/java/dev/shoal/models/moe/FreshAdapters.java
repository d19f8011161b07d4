package dev.shoal.models.moe;

import dev.shoal.models.llama.WeightSource;
import java.util.SplittableRandom;

/** LoRA factors before training: A uniform in +-1/sqrt(in), its last axis; B zero. */
final class FreshAdapters implements WeightSource {

  private final long seed;

  FreshAdapters(long seed) {
    this.seed = seed;
  }

  @Override
  public float[] values(String name, long[] shape) {
    float[] values = new float[Math.toIntExact(shape[0] * shape[1] * shape[2])];
    if (name.endsWith("_a")) {
      SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + name.hashCode());
      double bound = 1 / Math.sqrt((double) shape[2]);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
      }
    }
    return values;
  }
}
