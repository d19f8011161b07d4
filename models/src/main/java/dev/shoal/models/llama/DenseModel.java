package dev.shoal.models.llama;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.shoal.models.checkpoint.CheckpointReader;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import java.nio.file.Path;
import java.util.List;

/**
 * A dense Llama, also one whose FFN was pruned to fewer channels.
 *
 * <p>Axes: H hidden, F intermediate channels, C channels kept, L layers. Every layer computes \( a
 * = x + \mathrm{Attention}(\mathrm{norm}(x)),\; y = a + W_d (\mathrm{SiLU}(W_g n) \odot W_u n) +
 * b,\; n = \mathrm{norm}(a) \), where b is empty unless the FFN was pruned with a bias.
 */
public final class DenseModel extends LanguageModel {

  /** Kernels of the dense decoder, which other families build upon. */
  public static final KernelModule.Fragment KERNELS =
      new KernelModule.Fragment(DenseModel.class, "llama.kernels");

  private static final List<DenseTensor> TENSORS = List.of(DenseTensor.values());

  private final boolean ownsKernels;

  private DenseModel(
      LlamaConfig config,
      KernelModule kernels,
      NDManager manager,
      DecoderWeights weights,
      boolean ownsKernels) {
    super(config, kernels, manager, weights);
    this.ownsKernels = ownsKernels;
  }

  /** Loads a checkpoint folder. Whatever its dtype, it is computed in the device's precision. */
  public static DenseModel load(Path folder, Device device) {
    LlamaConfig config = LlamaConfig.read(folder);
    try (CheckpointReader reader = CheckpointReader.open(folder)) {
      LlamaCheckpoint.require(reader, config);
      return of(config, (name, shape) -> reader.floats(name), device);
    }
  }

  /**
   * A model that has learned nothing: matrices from N(0, 0.02), norms 1.
   *
   * @param seed the only source of chance
   */
  public static DenseModel initialize(LlamaConfig config, long seed, Device device) {
    return of(config, new RandomWeights(seed), device);
  }

  /** A model with the given weights. */
  public static DenseModel of(LlamaConfig config, WeightSource source, Device device) {
    KernelModule kernels = KernelModule.load(device, KERNELS);
    NDManager manager = Engine.newManager(device);
    try {
      DenseWeightLoader loader = new DenseWeightLoader(config, kernels, manager, source);
      return new DenseModel(config, kernels, manager, loader.load(), true);
    } catch (RuntimeException e) {
      manager.close();
      kernels.close();
      throw e;
    }
  }

  /**
   * The model with fewer channels in every FFN. It borrows everything else from this one and must
   * be closed before it; its gathered weights live until then, and nothing is written.
   *
   * @param kept channels to keep, ascending, [L, C]
   * @param bias added to the FFN's output, [L, H], or null for none
   */
  public DenseModel pruned(int[][] kept, float[][] bias) {
    PrunedShape.check(config(), kept, bias);
    NDManager owner = Engine.newManager(device());
    try {
      NDList layers = new NDList(weights().layers().size());
      for (int l = 0; l < kept.length; l++) {
        layers.addAll(prunedLayer(owner, l, kept[l], bias == null ? new float[0] : bias[l]));
      }
      DecoderWeights all = weights();
      DecoderWeights pruned =
          new DecoderWeights(all.embedding(), layers, all.finalNorm(), all.head());
      LlamaConfig narrow = config().withIntermediateSize(kept[0].length);
      return new DenseModel(narrow, kernels(), owner, pruned, false);
    } catch (RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  @Override
  public int stride() {
    return DenseTensor.STRIDE;
  }

  @Override
  protected String tensorName(int layer, int place) {
    return place == DenseTensor.STRIDE - 1
        ? "model.layers." + layer + ".mlp.down_proj.bias"
        : TENSORS.get(place).tensorName(layer);
  }

  @Override
  public NDList decode(NDManager scope, NDArray x, NDList rope) {
    KernelArguments arguments = new KernelArguments().add(x).add(weights().layers()).add(rope);
    return kernels().call(scope, "dense_layers", arguments);
  }

  /** The arrays of one layer. */
  public NDList layer(int layer) {
    return weights().layers(layer, layer + 1, stride());
  }

  /** Values of one weight, row-major. */
  public float[] values(int layer, DenseTensor tensor) {
    return kernels().download(layer(layer).get(tensor.at()));
  }

  @Override
  public void close() {
    super.close();
    if (ownsKernels) {
      kernels().close();
    }
  }

  private NDList prunedLayer(NDManager owner, int layer, int[] kept, float[] bias) {
    NDList dense = layer(layer);
    NDList pruned = new NDList(dense.subList(0, DenseTensor.SHARED));
    try (NDManager scope = owner.newSubManager()) {
      KernelArguments arguments =
          new KernelArguments()
              .add(dense.get(DenseTensor.GATE.at()))
              .add(dense.get(DenseTensor.UP.at()))
              .add(dense.get(DenseTensor.DOWN.at()))
              .add(scope.create(kept, new Shape(kept.length)));
      NDList ffn = kernels().call(scope, "keep_channels", arguments);
      ffn.attach(owner);
      pruned.addAll(ffn);
    }
    pruned.add(kernels().upload(owner, bias, device().precision(), bias.length));
    return pruned;
  }
}
