package dev.shoal.models.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** How fast this machine multiplies matrices, for estimates before a run. */
public final class EngineSpeed {

  private static final int SIZE = 512;
  private static final int ROUNDS = 10;

  private EngineSpeed() {}

  /**
   * FLOPs per second of float32 products of [512, 512] on the CPU; takes a fraction of a second.
   */
  public static double flopsPerSecond() {
    try (NDManager scope = Engine.newManager(Device.cpu())) {
      NDArray a = scope.ones(new Shape(SIZE, SIZE), DataType.FLOAT32);
      multiply(a);
      long begin = System.nanoTime();
      for (int i = 0; i < ROUNDS; i++) {
        multiply(a);
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      return 2.0 * SIZE * SIZE * SIZE * ROUNDS / seconds;
    }
  }

  private static void multiply(NDArray a) {
    try (NDArray product = a.matMul(a)) {
      product.getFloat(0, 0);
    }
  }
}
