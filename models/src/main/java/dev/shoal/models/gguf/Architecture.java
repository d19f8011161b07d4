package dev.shoal.models.gguf;

import dev.shoal.models.config.Family;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.config.RopeScaling;

/**
 * The architectures of llama.cpp that compute what a mixture does: attention as in the source,
 * softmax over the chosen logits alone, any number of active experts.
 */
enum Architecture {
  /**
   * From Llama, Mistral and Qwen2: Mixtral's, whose biases on q, k and v are optional. (llama.cpp's
   * {@code qwen2moe} does not make the chosen weights sum to 1.) It rotates neighbours.
   */
  LLAMA("llama"),
  /** From Qwen3: a norm on each query and key head. It rotates halves, as we do. */
  QWEN3MOE("qwen3moe");

  private final String ggufName;

  Architecture(String ggufName) {
    this.ggufName = ggufName;
  }

  /**
   * The one for mixtures made from a model.
   *
   * @throws GgufUnsupportedException where none computes the same
   */
  static Architecture of(LlamaConfig config) {
    if (config.family() != Family.QWEN3) {
      return LLAMA;
    }
    if (config.rope().scaling() instanceof RopeScaling.Llama3) {
      throw new GgufUnsupportedException(
          "rope_scaling",
          "llama.cpp does not scale a Qwen3 mixture's rotary frequencies as llama3 does; export without gguf");
    }
    return QWEN3MOE;
  }

  /** The one of that name in a file. */
  static Architecture of(String ggufName) {
    for (Architecture architecture : values()) {
      if (architecture.ggufName.equals(ggufName)) {
        return architecture;
      }
    }
    throw new GgufUnsupportedException(
        "general.architecture", ggufName + " is none of ours, expected llama or qwen3moe");
  }

  /** Value of {@code general.architecture}. */
  String ggufName() {
    return ggufName;
  }

  /** Key of a property of the network. */
  String key(String name) {
    return ggufName + "." + name;
  }

  /** Key of the width of one expert. */
  String widthKey() {
    return key(this == LLAMA ? "feed_forward_length" : "expert_feed_forward_length");
  }

  /** Whether rows of q and k are in another order than ours. */
  boolean interleaves() {
    return this == LLAMA;
  }

  /** The family that has such a decoder. */
  Family family(boolean biases) {
    return this == QWEN3MOE ? Family.QWEN3 : biases ? Family.QWEN2 : Family.LLAMA;
  }
}
