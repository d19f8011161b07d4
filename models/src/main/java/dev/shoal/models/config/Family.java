package dev.shoal.models.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Dense models that differ from Llama in nothing but what is said here. */
public enum Family {
  /** The plain one. */
  LLAMA("llama", "LlamaForCausalLM", 2048),
  /** Llama, possibly with a sliding window. */
  MISTRAL("mistral", "MistralForCausalLM", 131_072),
  /** Biases on query, key and value. */
  QWEN2("qwen2", "Qwen2ForCausalLM", 32_768),
  /** A norm on each query and key head. */
  QWEN3("qwen3", "Qwen3ForCausalLM", 32_768);

  private static final List<Family> ALL = List.of(values());

  private final String modelType;
  private final String architecture;
  private final int defaultMaxPositions;

  Family(String modelType, String architecture, int defaultMaxPositions) {
    this.modelType = modelType;
    this.architecture = architecture;
    this.defaultMaxPositions = defaultMaxPositions;
  }

  /** The family whose {@code model_type} this is. */
  static Optional<Family> of(String modelType) {
    return ALL.stream().filter(f -> f.modelType.equals(modelType)).findFirst();
  }

  /** What a {@code model_type} may be, for a message. */
  static String known() {
    return Arrays.stream(values())
        .map(f -> "\"" + f.modelType + "\"")
        .collect(Collectors.joining(" or "));
  }

  /** {@code model_type} in a {@code config.json}. */
  public String modelType() {
    return modelType;
  }

  /** The class in {@code transformers}. */
  public String architecture() {
    return architecture;
  }

  /** {@code max_position_embeddings} where the file is silent. */
  int defaultMaxPositions() {
    return defaultMaxPositions;
  }

  /** Whether query, key and value have a bias. */
  public boolean projectionBiases() {
    return this == QWEN2;
  }

  /** Whether each query and key head is normed. */
  public boolean headNorms() {
    return this == QWEN3;
  }

  /** Whether this is one of the Qwen families, whose configurations have other defaults. */
  boolean isQwen() {
    return this == QWEN2 || this == QWEN3;
  }
}
