package dev.shoal.models.moe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.shoal.models.Progress;
import dev.shoal.models.calibration.LayerMatrices;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.DenseTensor;
import java.util.List;

/**
 * Down projections of one group's expert that predict what the removed channels added.
 *
 * <p>\( W_d' = W_d\, G[:,K]\, (G[K,K] + \lambda I)^{-1} \) with \( G = \sum h h^\top \) over the
 * group's tokens (a common factor of G cancels) and \( \lambda = 10^{-3}\,
 * \mathrm{mean}(\mathrm{diag} \, G[K,K]) \). Products of a batch are float32, sums and the Cholesky
 * solve float64.
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

  /** Layer by layer; memory as {@link LayerMatrices} says. */
  void compute(long memoryBytes, Sink sink, Progress progress) {
    KernelModule.Fragment[] fragments = {DenseModel.KERNELS, MoeModel.KERNELS};
    LayerMatrices.Sum moments =
        new LayerMatrices.Sum(model.kernels(), "dense_grams", "second moments");
    try (KernelModule kernels = KernelModule.load(model.device(), fragments)) {
      new LayerMatrices(model, windows, moments)
          .compute(
              memoryBytes,
              (layer, gram) -> sink.accept(layer, fold(kernels, gram, layer)),
              progress);
    }
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
