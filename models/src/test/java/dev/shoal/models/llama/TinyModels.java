package dev.shoal.models.llama;

import dev.shoal.models.config.Family;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.config.RopeSettings;
import dev.shoal.models.config.SpecialTokens;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.engine.Precision;
import java.util.SplittableRandom;

/** A model small enough for finite differences: V 97, H 32, F 48, L 2, 4 heads over 2. */
public final class TinyModels {

  static {
    Engine.setThreads(1); // more would only wait for each other
  }

  /** Double precision, for gradients. */
  public static final Device DOUBLE = new Device("cpu", Precision.FLOAT64);

  private TinyModels() {}

  public static LlamaConfig config(boolean tied) {
    return config(Family.LLAMA, tied);
  }

  public static LlamaConfig config(Family family, boolean tied) {
    RopeSettings rope = new RopeSettings(10_000);
    return new LlamaConfig(
        family, 97, 32, 48, 2, 4, 2, 8, 64, null, 1e-5, rope, tied, SpecialTokens.NONE);
  }

  /** Weights large enough (0.2) for attention to be far from uniform; norms around 1. */
  public static WeightSource weights(long seed) {
    return (name, shape) -> {
      int size = 1;
      for (long axis : shape) {
        size *= (int) axis;
      }
      SplittableRandom random = new SplittableRandom(seed + name.hashCode());
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        double gauss = random.nextGaussian();
        values[i] = (float) (shape.length == 1 ? 1 + 0.1 * gauss : 0.2 * gauss);
      }
      return values;
    };
  }

  public static DenseModel dense(long seed, Device device) {
    return DenseModel.of(config(false), weights(seed), device);
  }

  /** Windows of random ids. */
  public static int[][] windows(int count, int length, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[][] windows = new int[count][length];
    for (int[] window : windows) {
      for (int i = 0; i < length; i++) {
        window[i] = random.nextInt(97);
      }
    }
    return windows;
  }
}
