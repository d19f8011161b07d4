package dev.shoal.models.moe;

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
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.llama.WindowBatches;
import java.util.List;

/**
 * Down projections of one group's expert that predict what the removed channels added.
 *
 * <p>\( W_d' = W_d\, G[:,K]\, (G[K,K] + \lambda I)^{-1} \) with \( G = \sum h h^\top \) over the
 * group's tokens (a common factor of G cancels) and \( \lambda = 10^{-3}\,
 * \mathrm{mean}(\mathrm{diag} \, G[K,K]) \). Products of a batch are float32, sums and the Cholesky
 * solve float64.
 *
 * <p>Memory is bounded by taking as many layers at a time as their moments, F x F x 8 bytes each,
 * fit a budget. Every round reads the windows again, as far down as its last layer; nothing is
 * cached.
 */
final class FoldedDown {

  /** Takes the result of one layer, [H, C] row-major. */
  interface Sink {
    void accept(int layer, float[] down);
  }

  private final DenseModel model;
  private final List<int[]> windows;
  private final int[][] kept; // [L, C]

  FoldedDown(DenseModel model, List<int[]> windows, int[][] kept) {
    this.model = model;
    this.windows = windows;
    this.kept = kept;
    if (windows.isEmpty()) {
      throw new IllegalArgumentException(
          "a group has no windows; compensation 'fold' reads them again, give at least one");
    }
  }

  void compute(long memoryBytes, Sink sink, Progress progress) {
    long channels = model.config().intermediateSize();
    int layers = model.config().numLayers();
    int round = (int) Math.max(1, Math.min(layers, memoryBytes / (channels * channels * 8)));
    KernelModule.Fragment[] fragments = {DenseModel.KERNELS, MoeModel.KERNELS};
    try (KernelModule kernels = KernelModule.load(model.device(), fragments)) {
      for (int begin = 0; begin < layers; begin += round) {
        int end = Math.min(layers, begin + round);
        try (NDManager scope = Engine.newManager(model.device())) {
          NDList moments = moments(scope, begin, end, progress);
          for (int layer = begin; layer < end; layer++) {
            sink.accept(layer, fold(kernels, moments.get(layer - begin), layer));
          }
        }
      }
    }
  }

  private NDList moments(NDManager owner, int begin, int end, Progress progress) {
    int channels = model.config().intermediateSize();
    NDList moments = new NDList();
    for (int layer = begin; layer < end; layer++) {
      moments.add(owner.zeros(new Shape(channels, channels), DataType.FLOAT64));
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
                .add(moments);
        model.kernels().call(scope, "dense_grams", arguments);
      }
      progress.report("second moments", batches.windows(), batches.total());
    }
    return moments;
  }

  private float[] fold(KernelModule kernels, NDArray gram, int layer) {
    try (NDManager scope = gram.getManager().newSubManager()) {
      KernelArguments arguments =
          new KernelArguments()
              .add(gram)
              .add(scope.create(kept[layer], new Shape(kept[layer].length)))
              .add(model.layer(layer).get(DenseTensor.DOWN.at()));
      return kernels.download(kernels.call(scope, "fold_down", arguments).head());
    }
  }
}
