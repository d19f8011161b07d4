package dev.shoal.models.calibration;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.shoal.models.Progress;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.WindowBatches;
import java.util.List;

/**
 * A matrix over the channels of each layer, [F, F] float64, summed up while the dense model reads.
 *
 * <p>Memory is bounded by taking as many layers at a time as their matrices, F x F x 8 bytes each,
 * fit a budget. Every round reads the windows again, as far down as its last layer; nothing is
 * cached.
 */
public final class LayerMatrices {

  /** Takes the matrix of one layer, which is closed afterwards. */
  public interface Sink {
    /** Layers come in ascending order. */
    void accept(int layer, NDArray matrix);
  }

  /**
   * What is summed up.
   *
   * @param kernel adds to the matrices of the last layers it is given: (x, layers, rope, matrices)
   * @param phase as progress calls it
   */
  public record Sum(KernelModule kernels, String kernel, String phase) {}

  private final DenseModel model;
  private final List<int[]> windows;
  private final Sum sum;

  /** Of one model and text. */
  public LayerMatrices(DenseModel model, List<int[]> windows, Sum sum) {
    this.model = model;
    this.windows = windows;
    this.sum = sum;
  }

  /**
   * Sums up every layer.
   *
   * @param memoryBytes what matrices may take at a time; one layer's are held whatever this says
   */
  public void compute(long memoryBytes, Sink sink, Progress progress) {
    long channels = model.config().intermediateSize();
    int layers = model.config().numLayers();
    int round = (int) Math.max(1, Math.min(layers, memoryBytes / (channels * channels * 8)));
    for (int begin = 0; begin < layers; begin += round) {
      int end = Math.min(layers, begin + round);
      try (NDManager scope = Engine.newManager(model.device())) {
        NDList matrices = matrices(scope, begin, end, progress);
        for (int layer = begin; layer < end; layer++) {
          sink.accept(layer, matrices.get(layer - begin));
        }
      }
    }
  }

  private NDList matrices(NDManager owner, int begin, int end, Progress progress) {
    int channels = model.config().intermediateSize();
    NDList matrices = new NDList();
    for (int layer = begin; layer < end; layer++) {
      matrices.add(owner.zeros(new Shape(channels, channels), DataType.FLOAT64));
    }
    NDList layers = model.weights().layers(0, end, model.stride());
    WindowBatches batches = model.batches(windows);
    while (batches.hasNext()) {
      int[][] batch = batches.next();
      try (NDManager scope = owner.newSubManager()) {
        KernelArguments arguments =
            new KernelArguments()
                .add(model.embed(scope, model.ids(scope, batch)))
                .add(layers)
                .add(model.rope(batch[0].length))
                .add(matrices);
        sum.kernels().call(scope, sum.kernel(), arguments);
      }
      progress.report(sum.phase(), batches.windows(), batches.total());
    }
    return matrices;
  }
}
