package dev.shoal.models.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/** A known product and its gradient on a device: libraries that do not fit each other fail here. */
public final class EngineSelfTest {

  private EngineSelfTest() {}

  /** Runs the test on the CPU. */
  public static void run() {
    run(Device.cpu());
  }

  /**
   * Multiplies [[1, 2, 3], [4, 5, 6]] by [[1, 0], [0, 1], [1, 1]] and differentiates the sum.
   *
   * @throws IllegalStateException in plain words when the engine cannot be loaded or miscalculates
   */
  public static void run(Device device) {
    float[] product;
    float[] gradient;
    try (KernelModule kernels = KernelModule.load(device);
        NDManager scope = Engine.newManager(device)) {
      NDArray a = scope.create(new float[] {1, 2, 3, 4, 5, 6}, new Shape(2, 3));
      NDArray b = scope.create(new float[] {1, 0, 0, 1, 1, 1}, new Shape(3, 2));
      NDList results = kernels.call(scope, "self_test", new KernelArguments().add(a).add(b));
      product = results.get(0).toFloatArray();
      gradient = results.get(1).toFloatArray();
    } catch (RuntimeException | LinkageError e) {
      throw new IllegalStateException(
          "the PyTorch engine does not work on %s (%s); check that its native library and DJL's binding have the same version"
              .formatted(device.name(), e.getMessage()),
          e);
    }
    check(device, "product", product, new float[] {4, 5, 10, 11});
    check(device, "gradient", gradient, new float[] {1, 1, 2, 1, 1, 2});
  }

  static void check(Device device, String what, float[] found, float[] right) {
    if (!Arrays.equals(found, right)) {
      throw new IllegalStateException(
          "the PyTorch engine miscalculates on %s: a %s is %s and must be %s; its native library and DJL's binding do not fit each other"
              .formatted(device.name(), what, Arrays.toString(found), Arrays.toString(right)));
    }
  }
}
