package dev.shoal.models.engine;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** How fast a device multiplies matrices, for estimates before a run. */
public final class EngineSpeed {

  private static final KernelModule.Fragment KERNELS =
      new KernelModule.Fragment(EngineSpeed.class, "speed.kernels");

  private static final long ROUNDS = 10;

  private EngineSpeed() {}

  /**
   * FLOPs per second of square products in the precision of the device; takes a fraction of a
   * second.
   */
  public static double flopsPerSecond(Device device) {
    long size = device.isCpu() ? 512 : 8192;
    try (KernelModule kernels = KernelModule.load(device, KERNELS);
        NDManager scope = Engine.newManager(device)) {
      multiply(kernels, scope, size, 1);
      long begin = System.nanoTime();
      multiply(kernels, scope, size, ROUNDS);
      double seconds = (System.nanoTime() - begin) / 1e9;
      return 2.0 * size * size * size * ROUNDS / seconds;
    }
  }

  private static void multiply(KernelModule kernels, NDManager scope, long size, long rounds) {
    KernelArguments arguments =
        new KernelArguments()
            .add(scope.create(new long[] {size, rounds, kernels.device().precision().code()}))
            .add(scope.zeros(new Shape(1)));
    kernels.call(scope, "products", arguments).singletonOrThrow().toFloatArray();
  }
}
