package dev.shoal.models.moe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.llama.DenseModel;
import java.util.Arrays;
import java.util.List;

/** Logits of a sparse model of which embedding, head and one layer at a time are in memory. */
public final class LayerwiseForward {

  private final MoeWeights weights;
  private final MoeModel ends; // it has no layers
  private final MoeWeightLoader loader;

  private LayerwiseForward(MoeWeights weights, MoeModel ends, MoeWeightLoader loader) {
    this.weights = weights;
    this.ends = ends;
    this.loader = loader;
  }

  /** Logits of every position of each prompt, [S, V] row-major. */
  public static List<float[]> logits(MoeWeights weights, int[][] prompts, Device device) {
    KernelModule kernels = KernelModule.load(device, DenseModel.KERNELS, MoeModel.KERNELS);
    NDManager manager = Engine.newManager(device);
    MoeWeightLoader loader =
        new MoeWeightLoader(weights.config(), weights.shape(), kernels, manager);
    MoeModel.Parts parts =
        new MoeModel.Parts(
            manager, loader.ends(weights.source()), weights.shape(), weights.expertsPerToken());
    try (MoeModel ends = new MoeModel(weights.config(), kernels, parts)) {
      return new LayerwiseForward(weights, ends, loader).run(prompts);
    }
  }

  private List<float[]> run(int[][] prompts) {
    NDManager manager = ends.manager();
    List<NDArray> x =
        Arrays.stream(prompts)
            .map(ids -> ends.embed(manager, ends.ids(manager, new int[][] {ids})))
            .toList();
    for (int layer = 0; layer < weights.config().numLayers(); layer++) {
      try (NDManager scope = manager.newSubManager()) {
        NDList arrays = loader.layer(scope, weights.source(), layer);
        x = x.stream().map(one -> layer(one, arrays)).toList();
      }
    }
    return x.stream().map(one -> ends.logits(manager, one)).toList();
  }

  private NDArray layer(NDArray x, NDList arrays) {
    try (NDManager scope = ends.manager().newSubManager()) {
      KernelArguments arguments =
          new KernelArguments()
              .add(x)
              .add(arrays)
              .add(ends.rope((int) x.getShape().get(1)))
              .add(ends.routing(scope, 0));
      NDArray y = ends.kernels().call(scope, "moe_layers", arguments).head();
      y.attach(ends.manager());
      x.close();
      return y;
    }
  }
}
