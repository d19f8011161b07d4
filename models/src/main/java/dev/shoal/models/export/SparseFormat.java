package dev.shoal.models.export;

import dev.shoal.models.config.Family;
import dev.shoal.models.moe.MoeTensor;
import java.util.Arrays;
import java.util.Optional;

/**
 * The sparse architectures of the ecosystem that compute exactly what a mixture does: softmax over
 * the chosen logits, no bias on experts. Tensor names are the classic ones, an expert's matrices
 * each on its own, which every loader opens.
 */
public enum SparseFormat {
  /** From Llama and Mistral: {@code w1} is gate, {@code w3} up, {@code w2} down. */
  MIXTRAL("mixtral", "MixtralForCausalLM", Family.MISTRAL, "block_sparse_moe"),
  /** From Qwen2: biases on query, key and value; a shared expert, which is all zeros here. */
  QWEN2_MOE("qwen2_moe", "Qwen2MoeForCausalLM", Family.QWEN2, "mlp"),
  /** From Qwen3: a norm on each query and key head. */
  QWEN3_MOE("qwen3_moe", "Qwen3MoeForCausalLM", Family.QWEN3, "mlp");

  private final String modelType;
  private final String architecture;
  private final Family decoder;
  private final String block;

  SparseFormat(String modelType, String architecture, Family decoder, String block) {
    this.modelType = modelType;
    this.architecture = architecture;
    this.decoder = decoder;
    this.block = block;
  }

  /** The format that holds mixtures made from this family. */
  public static SparseFormat of(Family family) {
    return switch (family) {
      case LLAMA, MISTRAL -> MIXTRAL;
      case QWEN2 -> QWEN2_MOE;
      case QWEN3 -> QWEN3_MOE;
    };
  }

  /** The format whose {@code model_type} this is. */
  static Optional<SparseFormat> of(String modelType) {
    return Arrays.stream(values()).filter(f -> f.modelType.equals(modelType)).findFirst();
  }

  /** {@code model_type} in {@code config.json}. */
  public String modelType() {
    return modelType;
  }

  /** The class in {@code transformers}. */
  public String architecture() {
    return architecture;
  }

  /** The family whose attention it has; Mistral's with no window is Llama's. */
  Family decoder() {
    return decoder;
  }

  /** Prefix of a layer's sparse part. */
  String block(int layer) {
    return "model.layers." + layer + "." + block + ".";
  }

  /** Name of a layer's router, [E, H]. */
  String router(int layer) {
    return block(layer) + "gate.weight";
  }

  /** Name of one matrix of one expert: gate and up [C, H], down [H, C]. */
  String expert(int layer, int expert, MoeTensor weight) {
    boolean mixtral = this == MIXTRAL;
    String name =
        switch (weight) {
          case GATE -> mixtral ? "w1" : "gate_proj";
          case DOWN -> mixtral ? "w2" : "down_proj";
          case UP -> mixtral ? "w3" : "up_proj";
          default -> throw new IllegalArgumentException(weight + " is no matrix of an expert");
        };
    return block(layer) + "experts." + expert + "." + name + ".weight";
  }
}
