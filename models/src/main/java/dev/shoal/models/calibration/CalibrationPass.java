package dev.shoal.models.calibration;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.Progress;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.WindowBatches;
import java.util.List;

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
    ChannelStatistics statistics =
        new ChannelStatistics(model.config().numLayers(), model.config().intermediateSize());
    WindowBatches batches = model.batches(windows);
    while (batches.hasNext()) {
      observe(model, batches.next(), statistics::add);
      progress.report("calibrate", batches.windows(), batches.total());
    }
    return statistics;
  }

  /** As {@link #run} by the recurrence of FLAP: one window at a time, and their order counts. */
  public static FlapStatistics flap(DenseModel model, List<int[]> windows, Progress progress) {
    FlapStatistics statistics =
        new FlapStatistics(model.config().numLayers(), model.config().intermediateSize());
    for (int i = 0; i < windows.size(); i++) {
      WindowBatches one = model.batches(List.of(windows.get(i)));
      observe(model, one.next(), statistics::add);
      progress.report("calibrate", i + 1L, windows.size());
    }
    return statistics;
  }

  /** Takes the moments of one layer over some tokens. */
  private interface Observer {
    void add(int layer, long tokens, double[] mean, double[] m2);
  }

  private static void observe(DenseModel model, int[][] batch, Observer observer) {
    try (NDManager scope = model.manager().newSubManager()) {
      NDList moments = moments(model, scope, batch);
      long tokens = (long) batch.length * batch[0].length;
      for (int l = 0; l < model.config().numLayers(); l++) {
        double[] mean = moments.get(2 * l).toDoubleArray();
        observer.add(l, tokens, mean, moments.get(2 * l + 1).toDoubleArray());
      }
    }
  }

  /** Mean and squared deviations of each layer in turn, [F] each. */
  private static NDList moments(DenseModel model, NDManager scope, int[][] batch) {
    NDArray x = model.embed(scope, model.ids(scope, batch));
    KernelArguments arguments =
        new KernelArguments().add(x).add(model.weights().layers()).add(model.rope(batch[0].length));
    return model.kernels().call(scope, "dense_moments", arguments);
  }
}
