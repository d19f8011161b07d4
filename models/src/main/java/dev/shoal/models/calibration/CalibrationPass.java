package dev.shoal.models.calibration;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.Progress;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.WindowBatches;

/**
 * Watches the input of every {@code down_proj} while the dense model reads.
 *
 * <p>For each layer \( h = \mathrm{SiLU}(n W_g^\top) \odot n W_u^\top \), [N, F], is reduced to its
 * mean and sum of squared deviations in fp64, batch by batch, merged by {@link
 * ChannelStatistics#add}. The dense outputs propagate, so one pass serves every width, every
 * compensation and every grouping of the data sets. The head is not computed.
 */
public final class CalibrationPass {

  private CalibrationPass() {}

  /**
   * One pass over the windows. How they are batched changes nothing beyond rounding.
   *
   * @param progress told after each batch, counting windows
   */
  public static ChannelStatistics run(
      DenseModel model, Iterable<int[]> windows, Progress progress) {
    int layers = model.config().numLayers();
    ChannelStatistics statistics = new ChannelStatistics(layers, model.config().intermediateSize());
    WindowBatches batches = model.batches(windows);
    while (batches.hasNext()) {
      int[][] batch = batches.next();
      try (NDManager scope = model.manager().newSubManager()) {
        NDList moments = moments(model, scope, batch);
        long tokens = (long) batch.length * batch[0].length;
        for (int l = 0; l < layers; l++) {
          double[] mean = moments.get(2 * l).toDoubleArray();
          statistics.add(l, tokens, mean, moments.get(2 * l + 1).toDoubleArray());
        }
      }
      progress.report("calibrate", batches.windows(), batches.total());
    }
    return statistics;
  }

  /** Mean and squared deviations of each layer in turn, [F] each. */
  private static NDList moments(DenseModel model, NDManager scope, int[][] batch) {
    NDArray x = model.embed(scope, model.ids(scope, batch));
    KernelArguments arguments =
        new KernelArguments().add(x).add(model.weights().layers()).add(model.rope(batch[0].length));
    return model.kernels().call(scope, "dense_moments", arguments);
  }
}
