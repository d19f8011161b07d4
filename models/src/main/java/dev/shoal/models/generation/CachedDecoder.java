package dev.shoal.models.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.llama.DecoderWeights;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.moe.MoeModel;
import java.util.Arrays;

/**
 * A batch of sequences with the keys and values of every token they have so far. A sequence keeps
 * its row and its own positions, whatever the lengths of the others.
 *
 * <p>Axes: B rows, G key-value heads, T places of a cache, D head size, V vocabulary.
 */
final class CachedDecoder implements AutoCloseable {

  private final LanguageModel model;
  private final KernelModule kernels;
  private final NDManager manager;
  private final NDList ends;
  private final int places;
  private NDList caches;

  /**
   * Empty caches.
   *
   * @param rows B
   * @param places T, at most the model's positions
   */
  CachedDecoder(LanguageModel model, KernelModule kernels, int rows, int places) {
    this.model = model;
    this.kernels = kernels;
    this.manager = model.manager().newSubManager();
    DecoderWeights weights = model.weights();
    this.ends = new NDList(weights.embedding(), weights.finalNorm(), weights.head());
    this.places = places;
    this.caches = empty(rows);
  }

  private NDList empty(int rows) {
    LlamaConfig config = model.config();
    try (NDManager scope = manager.newSubManager()) {
      long[] axes = {
        config.numLayers(), rows, config.numKeyValueHeads(), places, config.headSize()
      };
      KernelArguments arguments = new KernelArguments().add(axes).add(model.weights().embedding());
      NDList rooms = kernels.call(scope, "caches", arguments);
      rooms.attach(manager);
      return rooms;
    }
  }

  /**
   * Reads prompts into neighbouring rows.
   *
   * @param first row of the first prompt
   * @return logits of each prompt's next token, [rows, V]
   */
  float[] read(int first, int[][] prompts) {
    int longest = Arrays.stream(prompts).mapToInt(prompt -> prompt.length).max().orElseThrow();
    long[] lengths = Arrays.stream(prompts).mapToLong(prompt -> prompt.length).toArray();
    int[][] filled = new int[prompts.length][];
    Arrays.setAll(filled, b -> Arrays.copyOf(prompts[b], longest));
    try (NDManager scope = manager.newSubManager()) {
      KernelArguments arguments =
          new KernelArguments()
              .add(model.ids(scope, filled))
              .add(scope.create(lengths))
              .add((long) first);
      return logits(scope, "prefill", arguments);
    }
  }

  /**
   * One token further in every row.
   *
   * @param ids one per row
   * @param places where they go
   * @return logits of each row's next token, [B, V]
   */
  float[] step(long[] ids, long[] places) {
    try (NDManager scope = manager.newSubManager()) {
      KernelArguments arguments =
          new KernelArguments().add(scope.create(ids)).add(scope.create(places));
      return logits(scope, "step", arguments);
    }
  }

  /** Forgets all rows but these, which move up in this order. */
  void keep(int[] rows) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray index = scope.create(rows, new Shape(rows.length));
      KernelArguments arguments = new KernelArguments().add(caches).add(index);
      NDList kept = kernels.call(scope, "keep_rows", arguments);
      kept.attach(manager);
      caches.close();
      caches = kept;
    }
  }

  private float[] logits(NDManager scope, String kernel, KernelArguments arguments) {
    arguments
        .add(ends)
        .add(model.weights().layers())
        .add(model.rope(places))
        .add(routing(scope))
        .add(caches);
    return kernels.download(kernels.call(scope, kernel, arguments).head());
  }

  /** As the sparse kernels want it; no experts per token means that the layers are dense. */
  private NDList routing(NDManager scope) {
    return model instanceof MoeModel sparse
        ? sparse.routing(scope, 0)
        : new NDList(scope.create(0L), scope.create(0f), scope.create(0f));
  }

  @Override
  public void close() {
    manager.close();
  }
}
