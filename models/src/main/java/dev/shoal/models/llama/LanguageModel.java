package dev.shoal.models.llama;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.shoal.models.Progress;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.evaluation.Nll;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * A decoder on a device, dense or sparse: embedding, layers, final norm, head.
 *
 * <p>Axes: B batch, S sequence, H hidden, V vocabulary. Used by one thread at a time. Whoever makes
 * a model closes it.
 */
public abstract class LanguageModel implements AutoCloseable {

  /** Most tokens of one forward pass on a CPU; more would only need more memory. */
  public static final int BATCH_TOKENS = 2048;

  /** As above on a GPU, which needs more to be busy. */
  private static final int GPU_BATCH_TOKENS = 32_768;

  private final LlamaConfig config;
  private final KernelModule kernels;
  private final NDManager manager;
  private final Map<String, Integer> indices = new HashMap<>();
  private final RotaryArrays rope;
  private DecoderWeights weights;

  /**
   * Takes over what the parts own.
   *
   * @param manager owns the weights, except those borrowed from another model
   */
  protected LanguageModel(
      LlamaConfig config, KernelModule kernels, NDManager manager, DecoderWeights weights) {
    this.config = config;
    this.kernels = kernels;
    this.manager = manager;
    this.rope = new RotaryArrays(config, kernels, manager);
    this.weights = weights;
  }

  /** Architecture; where the FFN was pruned, its intermediate size is the width that is left. */
  public final LlamaConfig config() {
    return config;
  }

  /** Where the model is and what it computes in. */
  public final Device device() {
    return kernels.device();
  }

  /** The compiled kernels of this family. */
  public final KernelModule kernels() {
    return kernels;
  }

  /** The arrays, borrowed. */
  public final DecoderWeights weights() {
    return weights;
  }

  /** Owner of the model's arrays. */
  public final NDManager manager() {
    return manager;
  }

  /** Arrays per layer in {@link DecoderWeights#layers()}. */
  public abstract int stride();

  /** Full name of an array by its place among the arrays of a layer. */
  protected abstract String tensorName(int layer, int place);

  /**
   * Index of a layer's array in {@link DecoderWeights#layers()}, or -1 if it is not one of them.
   */
  public final int index(String name) {
    if (indices.isEmpty()) {
      for (int i = 0; i < weights.layers().size(); i++) {
        indices.put(tensorName(i / stride(), i % stride()), i);
      }
    }
    return indices.getOrDefault(name, -1);
  }

  /** An array by its name, borrowed. */
  public final NDArray array(String name) {
    return switch (name) {
      case DenseTensor.EMBEDDING -> weights.embedding();
      case DenseTensor.FINAL_NORM -> weights.finalNorm();
      case DenseTensor.HEAD -> weights.head();
      default -> weights.layers().get(requireIndex(name));
    };
  }

  /**
   * Gives an array new values, in the precision of statistics (float32 or wider), as training needs
   * it. Handles of the old array are closed.
   */
  public final void replace(String name, float[] values, long... shape) {
    replace(name, statistics(values, shape));
  }

  /** Puts another array in the place of one, which is closed. The model takes it over. */
  public final void replace(String name, NDArray array) {
    NDArray old = array(name);
    array.attach(manager);
    NDArray embedding = weights.embedding() == old ? array : weights.embedding();
    NDArray norm = weights.finalNorm() == old ? array : weights.finalNorm();
    NDArray head = weights.head() == old ? array : weights.head();
    NDList layers = weights.layers();
    int index = index(name);
    if (index >= 0) {
      layers.set(index, array);
    }
    weights = new DecoderWeights(embedding, layers, norm, head);
    old.close();
  }

  /**
   * Runs every layer.
   *
   * @param x embedded ids, [B, S, H]
   * @return the last layer's output [B, S, H], not yet normed, and what else the family observes
   */
  public final NDList decode(NDManager scope, NDArray x) {
    return decode(scope, x, rope((int) x.getShape().get(1)));
  }

  /**
   * As above, for tokens that are not simply one after the other.
   *
   * @param rope cosines and sines by position [S, D] or by token [B, S, D], the epsilon of the
   *     norms, and where attention is not simply causal a mask [B, 1, S, S], true where a token may
   *     look
   */
  public abstract NDList decode(NDManager scope, NDArray x, NDList rope);

  /** Final hidden states of windows of one length, [B, S, H], not yet normed; owned by scope. */
  public final NDArray forward(NDManager scope, int[][] windows) {
    return decode(scope, embed(scope, ids(scope, windows))).head();
  }

  /** Logits of every position, [S, V] row-major. */
  public final float[] logits(int[] ids) {
    check(ids);
    try (NDManager scope = manager.newSubManager()) {
      return logits(scope, forward(scope, new int[][] {ids}));
    }
  }

  /** Logits of final hidden states [1, S, H] that are not yet normed, [S, V] row-major. */
  public final float[] logits(NDManager scope, NDArray x) {
    KernelArguments arguments =
        new KernelArguments()
            .add(x)
            .add(weights.finalNorm())
            .add(weights.head())
            .add(rope((int) x.getShape().get(1)));
    return kernels.download(kernels.call(scope, "logits", arguments).head());
  }

  /** {@link #nll(Iterable, Progress)} of windows at hand. */
  public final List<Nll> nll(int[][] windows) {
    return nll(List.of(windows), Progress.NONE);
  }

  /**
   * How well each window is predicted: token t+1 from the tokens up to t, within the window.
   *
   * @param windows at least 2 ids each; windows of equal length that follow each other are batched
   * @return one value per window, in order
   */
  public final List<Nll> nll(Iterable<int[]> windows, Progress progress) {
    return nll(windows, progress, (scope, x) -> decode(scope, x).head());
  }

  /** As above; {@code layers} takes embedded ids [B, S, H] through all layers. */
  protected final List<Nll> nll(
      Iterable<int[]> windows, Progress progress, BiFunction<NDManager, NDArray, NDArray> layers) {
    List<Nll> scores = new ArrayList<>();
    WindowBatches batches = batches(windows);
    while (batches.hasNext()) {
      int[][] batch = batches.next();
      try (NDManager scope = manager.newSubManager()) {
        NDArray ids = ids(scope, batch);
        NDArray x = layers.apply(scope, embed(scope, ids));
        double[] nll = nextTokenNll(scope, x, ids).toType(DataType.FLOAT64, false).toDoubleArray();
        scores.addAll(Nll.ofWindows(nll, batch.length));
      }
      progress.report("evaluate", batches.windows(), batches.total());
    }
    return scores;
  }

  /** Most tokens of one forward pass. */
  public final int batchTokens() {
    return device().isCpu() ? BATCH_TOKENS : GPU_BATCH_TOKENS;
  }

  /** Windows in batches for one pass; each window is checked against the model. */
  public final WindowBatches batches(Iterable<int[]> windows) {
    return new WindowBatches(windows, batchTokens(), this::check);
  }

  /** Ids on the device, [B, S] int64; nobody waits for a GPU. */
  public final NDArray ids(NDManager scope, int[][] windows) {
    int length = windows[0].length;
    long[] flat = Arrays.stream(windows).flatMapToInt(Arrays::stream).asLongStream().toArray();
    NDArray here = KernelModule.host(scope).create(flat, new Shape(windows.length, length));
    KernelArguments arguments = new KernelArguments().add(here).add(weights.embedding());
    return kernels.call(scope, "ids", arguments).head();
  }

  /** Embedded ids, [B, S, H]. */
  public final NDArray embed(NDManager scope, NDArray ids) {
    KernelArguments arguments = new KernelArguments().add(ids).add(weights.embedding());
    return kernels.call(scope, "embed", arguments).head();
  }

  /** Cosines, sines and the epsilon of the norms for sequences up to this length. */
  public final NDList rope(int length) {
    return rope.upTo(length);
  }

  /** Tokens whose logits may be in memory at once. */
  public final int headChunk() {
    return Math.max(16, logitsAtOnce(device()) / config.vocabSize());
  }

  /** Logits that may be in memory at once. */
  public static int logitsAtOnce(Device device) {
    return device.isCpu() ? 1 << 22 : 1 << 27;
  }

  @Override
  public void close() {
    manager.close();
  }

  private int requireIndex(String name) {
    int index = index(name);
    if (index < 0) {
      throw new IllegalArgumentException(
          "tensor '%s' is no part of the model; use weights that were trained for it"
              .formatted(name));
    }
    return index;
  }

  private NDArray statistics(float[] values, long... shape) {
    return kernels.upload(manager, values, device().precision().statistics(), shape);
  }

  private NDArray nextTokenNll(NDManager scope, NDArray x, NDArray ids) {
    KernelArguments arguments =
        new KernelArguments()
            .add(x)
            .add(weights.finalNorm())
            .add(weights.head())
            .add(rope((int) ids.getShape().get(1)))
            .add(ids)
            .add((long) headChunk());
    return kernels.call(scope, "next_token_nll", arguments).head();
  }

  private void check(int[] window) {
    if (window.length < 2 || window.length > config.longestSequence()) {
      throw new IllegalArgumentException(
          "a window has %d tokens; it must have at least 2 and, for this model, at most %d"
              .formatted(window.length, config.longestSequence()));
    }
    for (int id : window) {
      if (id < 0 || id >= config.vocabSize()) {
        throw new IllegalArgumentException(
            "a window holds token %d; the model's vocabulary is 0 to %d, so it was tokenized for another model"
                .formatted(id, config.vocabSize() - 1));
      }
    }
  }
}
