package dev.shoal.models.export;

import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.checkpoint.TensorSpec;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.moe.MoeShape;
import dev.shoal.models.moe.MoeTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every tensor of a sparse checkpoint; {@code lm_head} is there even where it is tied.
 *
 * <p>Axes: V vocabulary, H hidden, C channels of one expert, E experts.
 */
final class SparseTensors {

  /** The matrices of one expert. */
  static final List<MoeTensor> EXPERT = List.of(MoeTensor.GATE, MoeTensor.DOWN, MoeTensor.UP);

  /** Channels of the shared expert that Qwen2-MoE must have; its weights are zeros. */
  static final int SHARED_WIDTH = 128;

  private final SparseFormat format;
  private final LlamaConfig config;
  private final MoeShape shape;
  private final TensorDtype dtype;
  private final List<TensorSpec> specs = new ArrayList<>();

  private SparseTensors(
      SparseFormat format, LlamaConfig config, MoeShape shape, TensorDtype dtype) {
    this.format = format;
    this.config = config;
    this.shape = shape;
    this.dtype = dtype;
  }

  static List<TensorSpec> of(
      SparseFormat format, LlamaConfig config, MoeShape shape, TensorDtype dtype) {
    return new SparseTensors(format, config, shape, dtype).all();
  }

  /** The tensors of a layer that a sparse model has in common with its dense one. */
  static List<DenseTensor> decoder(LlamaConfig config) {
    return DenseTensor.of(config).stream().filter(t -> t.at() < DenseTensor.SHARED).toList();
  }

  /** The shared expert of a layer by name, empty where the format has none. */
  static Map<String, long[]> sharedExpert(SparseFormat format, int layer, int hidden) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    if (format == SparseFormat.QWEN2_MOE) {
      String prefix = format.block(layer) + "shared_expert";
      shapes.put(prefix + ".gate_proj.weight", new long[] {SHARED_WIDTH, hidden});
      shapes.put(prefix + ".up_proj.weight", new long[] {SHARED_WIDTH, hidden});
      shapes.put(prefix + ".down_proj.weight", new long[] {hidden, SHARED_WIDTH});
      shapes.put(prefix + "_gate.weight", new long[] {1, hidden});
    }
    return shapes;
  }

  private List<TensorSpec> all() {
    add(DenseTensor.EMBEDDING, config.vocabSize(), config.hiddenSize());
    for (int layer = 0; layer < config.numLayers(); layer++) {
      for (DenseTensor tensor : decoder(config)) {
        add(tensor.tensorName(layer), tensor.shape(config));
      }
      add(format.router(layer), shape.experts(), shape.hidden());
      sharedExpert(format, layer, shape.hidden()).forEach(this::add);
      for (int expert = 0; expert < shape.experts(); expert++) {
        for (MoeTensor weight : EXPERT) {
          long[] stacked = weight.shape(shape, 0);
          add(format.expert(layer, expert, weight), stacked[1], stacked[2]);
        }
      }
    }
    add(DenseTensor.FINAL_NORM, config.hiddenSize());
    add(DenseTensor.HEAD, config.vocabSize(), config.hiddenSize());
    return specs;
  }

  private void add(String name, long... axes) {
    specs.add(new TensorSpec(name, dtype, Arrays.stream(axes).boxed().toList()));
  }
}
