package dev.shoal.models.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.MoeTensor;

/**
 * The frozen weights of all experts with their adapters around them, two arrays a layer, in the
 * model's precision. Gate, up and down of the model become parts of them, so that they are in
 * memory once.
 *
 * <p>{@code adapted.kernels} says how they are laid out and why.
 */
final class AdaptedBases {

  /** Arrays of one layer. */
  static final int BASES = 2;

  private final MoeModel model;
  private final KernelModule kernels;
  private final NDList bases = new NDList();

  /**
   * Lays out the weights anew, layer by layer.
   *
   * @param owner owns the bases
   */
  AdaptedBases(MoeModel model, KernelModule kernels, NDManager owner) {
    this.model = model;
    this.kernels = kernels;
    for (int l = 0; l < model.config().numLayers(); l++) {
      layOut(l, owner);
    }
    refresh();
  }

  /** Those of layers [begin, end), borrowed. */
  NDList layers(int begin, int end) {
    return new NDList(bases.subList(BASES * begin, BASES * end));
  }

  /** Takes over the adapters as they are now. */
  void refresh() {
    try (NDManager scope = model.manager().newSubManager()) {
      KernelArguments arguments =
          new KernelArguments()
              .add(bases)
              .add(model.weights().layers())
              .add(model.lora().orElseThrow().scale());
      kernels.call(scope, "fill_bases", arguments);
    }
  }

  private void layOut(int layer, NDManager owner) {
    try (NDManager scope = owner.newSubManager()) {
      NDList weights = model.weights().layers(layer, layer + 1, model.stride());
      NDList laidOut = kernels.call(scope, "empty_bases", new KernelArguments().add(weights));
      NDList parts =
          kernels.call(scope, "base_parts", new KernelArguments().add(laidOut).add(weights));
      laidOut.attach(owner);
      bases.addAll(laidOut);
      replace(layer, MoeTensor.GATE, parts.get(0));
      replace(layer, MoeTensor.UP, parts.get(1));
      replace(layer, MoeTensor.DOWN, parts.get(2));
    }
  }

  private void replace(int layer, MoeTensor tensor, NDArray part) {
    model.replace(tensor.tensorName(layer), part);
  }
}
