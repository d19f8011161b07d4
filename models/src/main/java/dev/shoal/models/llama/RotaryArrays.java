package dev.shoal.models.llama;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.engine.Precision;

/** Cosines and sines on the device, for as many positions as were asked for so far. */
final class RotaryArrays {

  private static final int AT_LEAST = 512;

  private final LlamaConfig config;
  private final KernelModule kernels;
  private final NDManager owner;
  private NDList arrays;

  RotaryArrays(LlamaConfig config, KernelModule kernels, NDManager owner) {
    this.config = config;
    this.kernels = kernels;
    this.owner = owner;
  }

  /** Cosines and sines [S, D] with S at least this length, and the epsilon of the norms. */
  NDList upTo(int length) {
    if (arrays == null || arrays.head().getShape().get(0) < length) {
      int positions = Math.min(config.longestSequence(), Math.max(length, AT_LEAST));
      RotaryTable table = RotaryTable.of(config.rope(), config.headSize(), positions);
      NDList old = arrays;
      arrays =
          new NDList(upload(table.cos(), positions), upload(table.sin(), positions), epsilon());
      if (old != null) {
        old.close();
      }
    }
    return arrays;
  }

  private NDArray upload(float[] angles, int positions) {
    Precision precision = kernels.device().precision();
    return kernels.upload(owner, angles, precision, positions, config.headSize());
  }

  /** Read by the host and, as its dtype says what statistics are computed in, by kernels. */
  private NDArray epsilon() {
    float epsilon = (float) config.rmsNormEps();
    NDManager host = KernelModule.host(owner);
    return kernels.device().precision() == Precision.FLOAT64
        ? host.create((double) epsilon)
        : host.create(epsilon);
  }
}
