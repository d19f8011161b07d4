package dev.shoal.models.moe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.shoal.models.Progress;
import dev.shoal.models.checkpoint.CheckpointReader;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.evaluation.Nll;
import dev.shoal.models.llama.DecoderWeights;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.llama.LlamaCheckpoint;
import dev.shoal.models.llama.WeightSource;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A sparse Mixture of Experts: the attention, norms, embedding and head of a dense model, and in
 * every layer E experts of which each token uses K.
 *
 * <p>\( y = \sum_{e \in Q} g_e E_e(n) \), where Q are the K experts with the largest router logits
 * (the lowest index first among equals) and g the softmax of these logits alone, in float32. \(
 * E_e(n) = W_d^e (\mathrm{SiLU}(W_g^e n) \odot W_u^e n) + b^e \); with LoRA each W is \( W +
 * \frac{\alpha}{R} B A \).
 */
public final class MoeModel extends LanguageModel {

  /** Kernels of the sparse decoder; they call those of {@link DenseModel#KERNELS}. */
  public static final KernelModule.Fragment KERNELS =
      new KernelModule.Fragment(MoeModel.class, "moe.kernels");

  /**
   * How a model did, and which experts it used.
   *
   * @param windows one value per window
   * @param use tokens that each expert was given, [L, E]
   */
  public record Evaluation(List<Nll> windows, List<List<Long>> use) {}

  private static final List<MoeTensor> OWN = List.of(MoeTensor.values());

  private final MoeShape shape;
  private final int expertsPerToken;
  private Lora lora; // null without adapters
  private DenseModel source; // null where nothing is shared with it
  private int[][][] kept; // [E, L, C]; null where the experts are no longer cuts of a dense FFN

  MoeModel(LlamaConfig config, KernelModule kernels, Parts parts) {
    super(config, kernels, parts.manager(), parts.weights());
    this.shape = parts.shape();
    this.expertsPerToken = parts.expertsPerToken();
  }

  /** What a model is put together from. */
  record Parts(NDManager manager, DecoderWeights weights, MoeShape shape, int expertsPerToken) {}

  /**
   * Assembles a model, and where there is one, loads what was trained on top.
   *
   * @param trained folder that a training wrote; what is in it replaces what is fresh
   */
  public static MoeModel load(
      Path dense, Path experts, MoeSettings settings, Optional<Path> trained, Device device) {
    return load(dense, experts, settings, trained, MoePlace.on(device));
  }

  /**
   * As above on the device of the dense source, for training beside it: attention, embedding and
   * head, which no stage trains, are in memory once. Either may be closed first.
   */
  public static MoeModel loadBeside(
      DenseModel source, Path dense, Path experts, MoeSettings settings, Optional<Path> trained) {
    return load(dense, experts, settings, trained, MoePlace.beside(source));
  }

  private static MoeModel load(
      Path dense, Path experts, MoeSettings settings, Optional<Path> trained, MoePlace place) {
    LlamaConfig config = LlamaConfig.read(dense);
    try (CheckpointReader reader = CheckpointReader.open(dense);
        ExpertSet set = ExpertSet.load(experts)) {
      LlamaCheckpoint.require(reader, config);
      MoeModel model = assemble(config, (name, shape) -> reader.floats(name), set, settings, place);
      try {
        trained.ifPresent(folder -> TrainedWeights.load(folder).applyTo(model));
        return model;
      } catch (RuntimeException e) {
        model.close();
        throw e;
      }
    }
  }

  /** Assembles a model with a fresh router from parts at hand. */
  public static MoeModel assemble(
      LlamaConfig config, WeightSource dense, ExpertSet set, MoeSettings settings, Device device) {
    return assemble(config, dense, set, settings, MoePlace.on(device));
  }

  private static MoeModel assemble(
      LlamaConfig config, WeightSource dense, ExpertSet set, MoeSettings settings, MoePlace place) {
    settings.requireFit(config, set);
    MoeShape shape = new MoeShape(set.experts(), set.width(), config.hiddenSize());
    MoeWeightSource source = new AssembledWeights(config, dense, set, settings.routerSeed());
    MoeModel model = of(config, shape, settings.expertsPerToken(), source, place);
    model.kept = set.owns(MoeTensor.GATE) ? null : set.kept();
    model.source = place.beside().orElse(null);
    return model;
  }

  /** A model with the given weights. */
  public static MoeModel of(
      LlamaConfig config,
      MoeShape shape,
      int expertsPerToken,
      MoeWeightSource source,
      Device device) {
    return of(config, shape, expertsPerToken, source, MoePlace.on(device));
  }

  private static MoeModel of(
      LlamaConfig config,
      MoeShape shape,
      int expertsPerToken,
      MoeWeightSource source,
      MoePlace place) {
    KernelModule kernels = KernelModule.load(place.device(), DenseModel.KERNELS, KERNELS);
    NDManager manager = Engine.newManager(place.device());
    try {
      DecoderWeights weights =
          new MoeWeightLoader(config, shape, kernels, manager, place.beside()).load(source);
      return new MoeModel(config, kernels, new Parts(manager, weights, shape, expertsPerToken));
    } catch (RuntimeException e) {
      manager.close();
      kernels.close();
      throw e;
    }
  }

  /** Sizes of the sparse part. */
  public MoeShape shape() {
    return shape;
  }

  /** K. */
  public int expertsPerToken() {
    return expertsPerToken;
  }

  /** The adapters, if the model has any. */
  public Optional<Lora> lora() {
    return Optional.ofNullable(lora);
  }

  /**
   * What the experts have in common, for computing all of them at once; as long as they are cuts of
   * one dense FFN, which adapters end.
   *
   * @param owner owns the arrays
   */
  public Optional<SharedChannels> sharedChannels(NDManager owner) {
    return kept == null || lora != null
        ? Optional.empty()
        : Optional.of(new SharedChannels(this, kept, owner));
  }

  /** Whether attention, embedding and head are in memory once for this model and the dense one. */
  public boolean sharesWith(DenseModel dense) {
    return source == dense;
  }

  /** The experts are trained and no longer cuts of one dense FFN. */
  public void endCuts() {
    kept = null;
  }

  /** One array of one layer, borrowed. */
  public NDArray get(int layer, MoeTensor tensor) {
    return weights().layers().get(layer * MoeTensor.STRIDE + tensor.at());
  }

  /**
   * Puts adapters on gate, up and down of every expert. A comes from U(-1/sqrt(in), 1/sqrt(in)), B
   * is zero, so that nothing changes until they are trained. Always float32 or wider.
   *
   * @param seed the only source of chance
   */
  public void adapt(Lora lora, long seed) {
    adapt(lora, new FreshAdapters(seed));
  }

  /** As above, with values from a source by tensor name. */
  void adapt(Lora lora, WeightSource values) {
    for (int l = 0; l < config().numLayers(); l++) {
      for (MoeTensor tensor : MoeTensor.values()) {
        if (tensor.isLora()) {
          long[] axes = tensor.shape(shape, lora.rank());
          String name = tensor.tensorName(l);
          replace(name, values.values(name, axes), axes);
        }
      }
    }
    this.lora = lora;
  }

  @Override
  public int stride() {
    return MoeTensor.STRIDE;
  }

  @Override
  protected String tensorName(int layer, int place) {
    return place < DenseTensor.SHARED
        ? DenseTensor.at(place).tensorName(layer)
        : OWN.get(place - DenseTensor.SHARED).tensorName(layer);
  }

  /** The last layer's output, and for each layer the tokens given to each expert, [E] int64. */
  @Override
  public NDList decode(NDManager scope, NDArray x, NDList rope) {
    return decode(scope, x, rope, 0);
  }

  /** As {@code decode}, with every expert where the temperature is not 0; see {@link #routing}. */
  NDList decode(NDManager scope, NDArray x, double temperature) {
    return decode(scope, x, rope((int) x.getShape().get(1)), temperature);
  }

  private NDList decode(NDManager scope, NDArray x, NDList rope, double temperature) {
    NDList routing = routing(scope, temperature);
    KernelArguments arguments =
        new KernelArguments().add(x).add(weights().layers()).add(rope).add(routing);
    return kernels().call(scope, "moe_layers", arguments);
  }

  /**
   * What kernels must know about routing, on the host.
   *
   * @param temperature 0 for the K best experts; else all of them, weighted by the softmax of the
   *     logits divided by it
   */
  public NDList routing(NDManager scope, double temperature) {
    double scale = lora == null ? 0 : lora.scale();
    DataType type =
        weights().finalNorm().getDataType() == DataType.FLOAT64
            ? DataType.FLOAT64
            : DataType.FLOAT32;
    NDManager host = KernelModule.host(scope);
    return new NDList(
        host.create((long) expertsPerToken),
        host.create(temperature).toType(type, false),
        host.create(scale).toType(type, false));
  }

  /** As {@link #nll}, and which experts were used. */
  public Evaluation evaluate(Iterable<int[]> windows, Progress progress) {
    long[][] use = new long[config().numLayers()][shape.experts()];
    List<Nll> scores =
        nll(
            windows,
            progress,
            (scope, x) -> {
              NDList decoded = decode(scope, x);
              count(decoded, use);
              return decoded.head();
            });
    return new Evaluation(
        scores, Arrays.stream(use).map(l -> Arrays.stream(l).boxed().toList()).toList());
  }

  /**
   * As {@link #nll}, with every token of every layer given to one expert, whatever the router says.
   */
  public List<Nll> nllOf(int expert, Iterable<int[]> windows, Progress progress) {
    return nll(
        windows,
        progress,
        (scope, x) -> {
          KernelArguments arguments =
              new KernelArguments()
                  .add(x)
                  .add(weights().layers())
                  .add(rope((int) x.getShape().get(1)))
                  .add(routing(scope, 0))
                  .add((long) expert);
          return kernels().call(scope, "one_expert_layers", arguments).head();
        });
  }

  private static void count(NDList decoded, long[][] use) {
    for (int l = 0; l < use.length; l++) {
      long[] sums = use[l];
      long[] counts = decoded.get(1 + l).toLongArray();
      Arrays.setAll(sums, e -> sums[e] + counts[e]);
    }
  }

  /** Gate, up or down of all experts with their adapters multiplied in, row-major. */
  public float[] merged(int layer, MoeTensor weight) {
    if (lora == null) {
      return kernels().download(get(layer, weight));
    }
    try (NDManager scope = manager().newSubManager()) {
      KernelArguments arguments =
          new KernelArguments()
              .add(get(layer, weight))
              .add(get(layer, weight.loraA()))
              .add(get(layer, weight.loraB()))
              .add(routing(scope, 0).get(2));
      return kernels().download(kernels().call(scope, "merged", arguments).head());
    }
  }

  @Override
  public void close() {
    super.close();
    kernels().close();
  }
}
