package dev.shoal.models.tokenexperts;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;

/** K-means by the cosine, from tokens chosen at random; a centre without tokens stays. */
final class SphericalKmeans {

  private static final int ROUNDS = 20;

  private final KernelModule kernels;
  private final Shuffled order;
  private final long block;

  SphericalKmeans(KernelModule kernels, Shuffled order, long block) {
    this.kernels = kernels;
    this.order = order;
    this.block = block;
  }

  /**
   * The centre of each token, [N, 1].
   *
   * @param inputs [N, H]
   * @param like in the dtype of centres
   */
  NDArray run(NDManager scope, NDArray inputs, NDArray like, int experts) {
    try (NDManager rounds = scope.newSubManager()) {
      NDArray places = order.some(rounds, inputs.getShape().get(0), experts);
      KernelArguments first = new KernelArguments().add(inputs).add(places).add(like);
      NDArray centres = kernels.call(rounds, "directions_at", first).head();
      NDArray nearest = null;
      for (int round = 0; round < ROUNDS; round++) {
        KernelArguments arguments = new KernelArguments().add(inputs).add(centres).add(block);
        NDList found = kernels.call(rounds, "kmeans_round", arguments);
        centres = found.get(0);
        nearest = found.get(2);
      }
      nearest.attach(scope);
      return nearest;
    }
  }
}
