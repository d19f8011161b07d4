package dev.shoal.models.llama;

import dev.shoal.models.config.Family;
import dev.shoal.models.config.LlamaConfig;
import java.util.List;

/**
 * The weights of one dense decoder layer, in the order in which kernels take them.
 *
 * <p>Axes: H hidden, F intermediate channels, A attention heads, G key-value heads, D head size.
 */
public enum DenseTensor {
  /** [H]. */
  ATTENTION_NORM(0, "input_layernorm"),
  /** [A D, H]. */
  QUERY(1, "self_attn.q_proj"),
  /** [G D, H]. */
  KEY(2, "self_attn.k_proj"),
  /** [G D, H]. */
  VALUE(3, "self_attn.v_proj"),
  /** [H, A D]. */
  OUTPUT(4, "self_attn.o_proj"),
  /** [H]. */
  FFN_NORM(5, "post_attention_layernorm"),
  /** [A D], in families with projection biases. */
  QUERY_BIAS(6, "self_attn.q_proj.bias"),
  /** [G D], in families with projection biases. */
  KEY_BIAS(7, "self_attn.k_proj.bias"),
  /** [G D], in families with projection biases. */
  VALUE_BIAS(8, "self_attn.v_proj.bias"),
  /** [D], in families with head norms. */
  QUERY_NORM(9, "self_attn.q_norm"),
  /** [D], in families with head norms. */
  KEY_NORM(10, "self_attn.k_norm"),
  /** [F, H]; one row per channel. */
  GATE(11, "mlp.gate_proj"),
  /** [F, H]; one row per channel. */
  UP(12, "mlp.up_proj"),
  /** [H, F]; one column per channel. */
  DOWN(13, "mlp.down_proj");

  /** Name of the embedding table, [V, H]. */
  public static final String EMBEDDING = "model.embed_tokens.weight";

  /** Name of the final norm, [H]. */
  public static final String FINAL_NORM = "model.norm.weight";

  /** Name of the output projection, [V, H]; absent where it is tied to the embedding. */
  public static final String HEAD = "lm_head.weight";

  /** Tensors that every family of models has in front, whatever their FFN. */
  public static final int SHARED = KEY_NORM.at + 1;

  /** Arrays that a dense layer takes in a kernel: these, and the bias of a pruned FFN or none. */
  public static final int STRIDE = values().length + 1;

  private final int at;
  private final String module;

  DenseTensor(int at, String module) {
    this.at = at;
    this.module = module;
  }

  private static final List<DenseTensor> ALL = List.of(values());

  /** The tensor at a place among the arrays of a layer. */
  public static DenseTensor at(int place) {
    return ALL.get(place);
  }

  /** Place among the arrays of a layer. */
  public int at() {
    return at;
  }

  /** Full tensor name in a checkpoint. */
  public String tensorName(int layer) {
    return "model.layers." + layer + "." + module + (module.endsWith(".bias") ? "" : ".weight");
  }

  /** The tensors that a layer of this architecture has, in order. */
  public static List<DenseTensor> of(LlamaConfig config) {
    return ALL.stream().filter(tensor -> tensor.isIn(config.family())).toList();
  }

  private boolean isIn(Family family) {
    return switch (this) {
      case QUERY_BIAS, KEY_BIAS, VALUE_BIAS -> family.projectionBiases();
      case QUERY_NORM, KEY_NORM -> family.headNorms();
      default -> true;
    };
  }

  /** Shape in a model of this architecture; one axis of length 0 where the family has none. */
  public long[] shape(LlamaConfig config) {
    long hidden = config.hiddenSize();
    if (!isIn(config.family())) {
      return new long[] {0};
    }
    return switch (this) {
      case ATTENTION_NORM, FFN_NORM -> new long[] {hidden};
      case QUERY -> new long[] {queries(config), hidden};
      case KEY, VALUE -> new long[] {keys(config), hidden};
      case QUERY_BIAS -> new long[] {queries(config)};
      case KEY_BIAS, VALUE_BIAS -> new long[] {keys(config)};
      case QUERY_NORM, KEY_NORM -> new long[] {config.headSize()};
      case OUTPUT -> new long[] {hidden, queries(config)};
      case GATE, UP -> new long[] {config.intermediateSize(), hidden};
      case DOWN -> new long[] {hidden, config.intermediateSize()};
    };
  }

  private static long queries(LlamaConfig config) {
    return (long) config.numHeads() * config.headSize();
  }

  private static long keys(LlamaConfig config) {
    return (long) config.numKeyValueHeads() * config.headSize();
  }
}
