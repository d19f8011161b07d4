package dev.shoal.models.gguf;

import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.config.RopeScaling;
import dev.shoal.models.config.RopeSettings;
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.moe.MoeShape;
import dev.shoal.models.moe.MoeTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tensors of a mixture under the names that llama.cpp reads, and what each is stored as.
 * Vectors and the router stay F32, as its own converter leaves them; experts are stacked; a tied
 * head is left out.
 *
 * <p>Axes: V vocabulary, H hidden, E experts, h head size.
 */
final class GgufLayout {

  /** Name of the output projection, [V, H]; absent where it is tied to the embedding. */
  static final String HEAD = "output.weight";

  /** Name of what llama3's rotary frequencies are divided by, [h/2]; absent otherwise. */
  static final String ROPE_FACTORS = "rope_freqs.weight";

  private static final List<MoeTensor> SPARSE =
      List.of(MoeTensor.ROUTER, MoeTensor.GATE, MoeTensor.DOWN, MoeTensor.UP);

  private final LlamaConfig config;
  private final MoeShape shape;
  private final GgufType type;
  private final boolean interleaves;

  private GgufLayout(LlamaConfig config, MoeShape shape, GgufType type) {
    this.config = config;
    this.shape = shape;
    this.type = type;
    this.interleaves = Architecture.of(config).interleaves();
  }

  /**
   * Every tensor in the order in which they are written.
   *
   * @param type of the matrices
   */
  static List<Slot> of(LlamaConfig config, MoeShape shape, GgufType type) {
    return new GgufLayout(config, shape, type).slots();
  }

  private List<Slot> slots() {
    List<Slot> slots = new ArrayList<>();
    if (config.rope().scaling() instanceof RopeScaling.Llama3) {
      GgufTensor factors = stored(ROPE_FACTORS, config.headSize() / 2);
      slots.add(new Slot("rope_scaling", factors, source -> ropeFactors(), null));
    }
    slots.add(shared(DenseTensor.EMBEDDING, "token_embd.weight", null, table()));
    for (int layer = 0; layer < config.numLayers(); layer++) {
      addLayer(slots, layer);
    }
    slots.add(shared(DenseTensor.FINAL_NORM, "output_norm.weight", null, config.hiddenSize()));
    if (!config.tiedEmbeddings()) {
      slots.add(shared(DenseTensor.HEAD, HEAD, null, table()));
    }
    return slots;
  }

  private void addLayer(List<Slot> slots, int layer) {
    String block = "blk." + layer + ".";
    for (DenseTensor tensor : DenseTensor.of(config)) {
      if (tensor.at() < DenseTensor.SHARED) {
        slots.add(
            shared(
                tensor.tensorName(layer),
                block + name(tensor),
                rotation(tensor),
                tensor.shape(config)));
      }
    }
    for (MoeTensor tensor : SPARSE) {
      slots.add(
          new Slot(
              tensor.tensorName(layer),
              stored(block + name(tensor), tensor.shape(shape, 0)),
              source -> source.experts(layer, tensor),
              null));
    }
  }

  private long[] table() {
    return new long[] {config.vocabSize(), config.hiddenSize()};
  }

  private Slot shared(String key, String name, Slot.Rotation rotation, long... axes) {
    return new Slot(key, stored(name, axes), source -> source.values(key, axes), rotation);
  }

  private Slot.Rotation rotation(DenseTensor tensor) {
    if (!interleaves) {
      return null;
    }
    return switch (tensor) {
      case QUERY, QUERY_BIAS -> new Slot.Rotation(config.numHeads(), config.headSize());
      case KEY, KEY_BIAS -> new Slot.Rotation(config.numKeyValueHeads(), config.headSize());
      default -> null;
    };
  }

  private GgufTensor stored(String name, long... axes) {
    boolean small = axes.length == 1 || name.endsWith(name(MoeTensor.ROUTER));
    GgufType stored = small ? GgufType.F32 : type.forRows(axes[axes.length - 1]);
    return new GgufTensor(name, stored, Arrays.stream(axes).boxed().toList());
  }

  /** Unscaled frequencies divided by scaled ones, [h/2]. */
  private float[] ropeFactors() {
    RopeSettings unscaled = new RopeSettings(config.rope().theta());
    float[] factors = unscaled.frequencies(config.headSize());
    float[] scaled = config.rope().frequencies(config.headSize());
    for (int i = 0; i < factors.length; i++) {
      factors[i] /= scaled[i];
    }
    return factors;
  }

  private static String name(DenseTensor tensor) {
    return switch (tensor) {
      case ATTENTION_NORM -> "attn_norm.weight";
      case QUERY -> "attn_q.weight";
      case KEY -> "attn_k.weight";
      case VALUE -> "attn_v.weight";
      case OUTPUT -> "attn_output.weight";
      case FFN_NORM -> "ffn_norm.weight";
      case QUERY_BIAS -> "attn_q.bias";
      case KEY_BIAS -> "attn_k.bias";
      case VALUE_BIAS -> "attn_v.bias";
      case QUERY_NORM -> "attn_q_norm.weight";
      case KEY_NORM -> "attn_k_norm.weight";
      case GATE, UP, DOWN -> throw new IllegalArgumentException(tensor + " is not shared");
    };
  }

  private static String name(MoeTensor tensor) {
    return switch (tensor) {
      case ROUTER -> "ffn_gate_inp.weight";
      case GATE -> "ffn_gate_exps.weight";
      case UP -> "ffn_up_exps.weight";
      case DOWN -> "ffn_down_exps.weight";
      default -> throw new IllegalArgumentException(tensor + " has no place in a GGUF file");
    };
  }
}
