package dev.shoal.models.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.engine.Precision;
import java.util.Arrays;

/** The fastest product that a device was seen to do: what shares are shares of. */
public final class MatrixPeak {

  private static final int ROUNDS = 10;

  /** Of one round: the host waits once for all of them, so that its own time does not count. */
  private static final int PRODUCTS = 10;

  private static final int WARM_UP = 3;

  private MatrixPeak() {}

  /**
   * FLOPs per second of a product of two random square matrices in the device's precision, the
   * median of ten rounds of ten; 8192 rows on a GPU, 512 on a CPU.
   */
  public static double flopsPerSecond(Device device) {
    long size = device.precision() == Precision.BFLOAT16 ? 8192 : 512;
    KernelModule.Fragment fragment = new KernelModule.Fragment(MatrixPeak.class, "bench.kernels");
    try (KernelModule kernels = KernelModule.load(device, fragment);
        NDManager scope = Engine.newManager(device)) {
      NDArray place = kernels.upload(scope, new float[1], device.precision(), 1);
      NDArray a = noise(kernels, scope, place, size);
      NDArray b = noise(kernels, scope, place, size);
      double[] seconds = new double[ROUNDS];
      for (int i = -WARM_UP; i < ROUNDS; i++) {
        long begin = System.nanoTime();
        multiply(kernels, scope, a, b);
        if (i >= 0) {
          seconds[i] = (System.nanoTime() - begin) / 1e9;
        }
      }
      Arrays.sort(seconds);
      return PRODUCTS * 2.0 * size * size * size / seconds[ROUNDS / 2];
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
