package dev.shoal.models.llama;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Fresh weights: vectors are norms and get 1, matrices come from N(0, 0.02). */
final class RandomWeights implements WeightSource {

  private static final double DEVIATION = 0.02;

  private final long seed;

  RandomWeights(long seed) {
    this.seed = seed;
  }

  @Override
  public float[] values(String name, long[] shape) {
    float[] values =
        new float[Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact))];
    if (shape.length == 1) {
      Arrays.fill(values, 1);
      return values;
    }
    // Seeded by name as well, so that no tensor depends on the order of loading.
    SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + name.hashCode());
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (DEVIATION * random.nextGaussian());
    }
    return values;
  }
}
