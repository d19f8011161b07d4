package dev.shoal.models.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;

/**
 * How fast a device multiplies matrices: two random square ones in its precision, 8192 rows on a
 * GPU and 512 on a CPU. On a GPU equal numbers would be multiplied faster than any real ones.
 */
public final class EngineSpeed {

  private static final KernelModule.Fragment KERNELS =
      new KernelModule.Fragment(EngineSpeed.class, "speed.kernels");

  /** Of one round: the host waits once for all of them, so that its own time does not count. */
  private static final int PRODUCTS = 10;

  private EngineSpeed() {}

  /** FLOPs per second for estimates before a run; takes a fraction of a second. */
  public static double flopsPerSecond(Device device) {
    return median(device, 1, 1);
  }

  /** FLOPs per second that shares of a device's peak are shares of: the median of ten rounds. */
  public static double peakFlopsPerSecond(Device device) {
    return median(device, 3, 10);
  }

  private static double median(Device device, int warmUp, int rounds) {
    long size = device.isCpu() ? 512 : 8192;
    try (KernelModule kernels = KernelModule.load(device, KERNELS);
        NDManager scope = Engine.newManager(device)) {
      NDArray place = kernels.upload(scope, new float[1], device.precision(), 1);
      NDArray a = noise(kernels, scope, place, size);
      NDArray b = noise(kernels, scope, place, size);
      double[] seconds = new double[rounds];
      for (int i = -warmUp; i < rounds; i++) {
        long begin = System.nanoTime();
        multiply(kernels, scope, a, b);
        if (i >= 0) {
          seconds[i] = (System.nanoTime() - begin) / 1e9;
        }
      }
      Arrays.sort(seconds);
      return PRODUCTS * 2.0 * size * size * size / seconds[rounds / 2];
    }
  }

  private static NDArray noise(KernelModule kernels, NDManager scope, NDArray place, long size) {
    return kernels.call(scope, "noise", new KernelArguments().add(place).add(size, size)).head();
  }

  private static void multiply(KernelModule kernels, NDManager owner, NDArray a, NDArray b) {
    try (NDManager scope = owner.newSubManager()) {
      NDArray product = a;
      for (int i = 0; i < PRODUCTS; i++) {
        NDArray next = kernels.call(scope, "multiply", new KernelArguments().add(a).add(b)).head();
        if (product != a) {
          product.close();
        }
        product = next;
      }
      kernels.call(scope, "first", new KernelArguments().add(product)).head().toFloatArray();
    }
  }
}
