package dev.shoal.models.plan;

import dev.shoal.models.config.LlamaConfig;

/**
 * The sizes of a dense Llama-style model.
 *
 * @param vocab V
 * @param hidden H
 * @param intermediate F
 * @param layers L
 * @param heads A, attention heads
 * @param kvHeads G, key-value heads
 * @param headSize h
 * @param tied whether the head is the embedding matrix
 * @param attentionVectors values of biases and head norms in one layer's attention
 */
public record ModelShape(
    int vocab,
    int hidden,
    int intermediate,
    int layers,
    int heads,
    int kvHeads,
    int headSize,
    boolean tied,
    long attentionVectors) {

  /** A plain Llama's, whose attention has no biases and no norms of heads. */
  public ModelShape(
      int vocab,
      int hidden,
      int intermediate,
      int layers,
      int heads,
      int kvHeads,
      int headSize,
      boolean tied) {
    this(vocab, hidden, intermediate, layers, heads, kvHeads, headSize, tied, 0);
  }

  /** Refuses sizes below 1. */
  public ModelShape {
    positive("vocab_size", vocab);
    positive("hidden_size", hidden);
    positive("intermediate_size", intermediate);
    positive("num_hidden_layers", layers);
    positive("num_attention_heads", heads);
    positive("num_key_value_heads", kvHeads);
    positive("head_dim", headSize);
  }

  /** The sizes in a model's configuration. */
  public static ModelShape of(LlamaConfig config) {
    return new ModelShape(
        config.vocabSize(),
        config.hiddenSize(),
        config.intermediateSize(),
        config.numLayers(),
        config.numHeads(),
        config.numKeyValueHeads(),
        config.headSize(),
        config.tiedEmbeddings(),
        attentionVectors(config));
  }

  private static long attentionVectors(LlamaConfig config) {
    long biases = config.numHeads() + 2L * config.numKeyValueHeads();
    return config.headSize()
        * ((config.family().projectionBiases() ? biases : 0)
            + (config.family().headNorms() ? 2 : 0));
  }

  /** Weights of the embedding matrix, and of the head: V H. */
  long vocabularyWeights() {
    return (long) vocab * hidden;
  }

  /** Weights of the attention of all layers: 2 H (A + G) h L in the projections, and vectors. */
  long attentionWeights() {
    return (2L * hidden * (heads + kvHeads) * headSize + attentionVectors) * layers;
  }

  /** Weights of all RMS norms: two per layer and the last one. */
  long normWeights() {
    return (2L * layers + 1) * hidden;
  }

  /** Weights of gate, up and down of one FFN of one layer: 3 H channels. */
  long ffnWeights(int channels) {
    return 3L * hidden * channels;
  }

  static void positive(String field, long value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s: %d; it must be at least 1".formatted(field, value));
    }
  }
}
