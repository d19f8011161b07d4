package dev.shoal.models.export;

import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.checkpoint.TensorSpec;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.moe.MoeShape;
import dev.shoal.models.moe.MoeTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tensors of a Mixtral checkpoint under their classic names, which every loader opens: {@code
 * w1} is gate, {@code w3} up, {@code w2} down; {@code lm_head} is written even where it is tied.
 *
 * <p>Axes: V vocabulary, H hidden, C channels of one expert, E experts.
 */
final class MixtralTensors {

  private final LlamaConfig config;
  private final MoeShape shape;
  private final TensorDtype dtype;

  MixtralTensors(LlamaConfig config, MoeShape shape, TensorDtype dtype) {
    this.config = config;
    this.shape = shape;
    this.dtype = dtype;
  }

  /** Every tensor in the order in which they are written. */
  List<TensorSpec> specs() {
    List<TensorSpec> specs = new ArrayList<>();
    specs.add(spec(DenseTensor.EMBEDDING, config.vocabSize(), config.hiddenSize()));
    for (int layer = 0; layer < config.numLayers(); layer++) {
      for (DenseTensor tensor : shared()) {
        specs.add(spec(tensor.tensorName(layer), tensor.shape(config)));
      }
      specs.add(spec(router(layer), shape.experts(), shape.hidden()));
      for (int expert = 0; expert < shape.experts(); expert++) {
        for (MoeTensor weight : EXPERT) {
          specs.add(spec(expert(layer, expert, weight), matrix(weight)));
        }
      }
    }
    specs.add(spec(DenseTensor.FINAL_NORM, config.hiddenSize()));
    specs.add(spec(DenseTensor.HEAD, config.vocabSize(), config.hiddenSize()));
    return specs;
  }

  /** The matrices of one expert, in the order in which they are written. */
  static final List<MoeTensor> EXPERT = List.of(MoeTensor.GATE, MoeTensor.DOWN, MoeTensor.UP);

  /** The tensors that a sparse layer shares with the dense one. */
  static List<DenseTensor> shared() {
    return List.of(DenseTensor.values()).subList(0, DenseTensor.SHARED);
  }

  /** Name of a layer's router, [E, H]. */
  static String router(int layer) {
    return MoeTensor.ROUTER.tensorName(layer);
  }

  /** Name of one matrix of one expert. */
  static String expert(int layer, int expert, MoeTensor weight) {
    String name =
        switch (weight) {
          case GATE -> "w1";
          case DOWN -> "w2";
          case UP -> "w3";
          default -> throw new IllegalArgumentException(weight + " is no matrix of an expert");
        };
    return "model.layers.%d.block_sparse_moe.experts.%d.%s.weight".formatted(layer, expert, name);
  }

  private long[] matrix(MoeTensor weight) {
    long[] stacked = weight.shape(shape, 0);
    return new long[] {stacked[1], stacked[2]};
  }

  private TensorSpec spec(String name, long... axes) {
    return new TensorSpec(name, dtype, Arrays.stream(axes).boxed().toList());
  }
}
