package dev.shoal.models.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;

/**
 * Architecture of a dense Llama-like model, as its {@code config.json} says.
 *
 * <p>Axes: V vocabulary, H hidden, F intermediate channels, L layers, A attention heads, G
 * key-value heads, h head size. Queries are [A*h, H], keys and values [G*h, H].
 *
 * @param family what it has beyond a plain Llama
 * @param vocabSize V
 * @param hiddenSize H
 * @param intermediateSize F
 * @param numLayers L
 * @param numHeads A
 * @param numKeyValueHeads G, a divisor of A
 * @param headSize h, even; A*h need not be H
 * @param maxPositions longest sequence the model was trained for
 * @param slidingWindow tokens that attention looks back on in some layers; null for all
 * @param rmsNormEps added to the mean square before its root
 * @param rope rotary embedding
 * @param tiedEmbeddings whether the output projection is the embedding table
 * @param tokens ids with a role, each below V
 */
public record LlamaConfig(
    Family family,
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numLayers,
    int numHeads,
    int numKeyValueHeads,
    int headSize,
    int maxPositions,
    Integer slidingWindow,
    double rmsNormEps,
    RopeSettings rope,
    boolean tiedEmbeddings,
    SpecialTokens tokens) {

  /** Longest axis: beyond every model, and any two of them multiply within 63 bits. */
  private static final int LONGEST_AXIS = 1 << 24;

  /** Most layers: ten times those of the deepest model, and their tensors can be listed. */
  private static final int MOST_LAYERS = 2_000;

  /** Rejects numbers that describe no model, all of them in one message. */
  public LlamaConfig {
    ConfigProblems problems = new ConfigProblems();
    within(problems, "vocab_size", vocabSize, LONGEST_AXIS);
    within(problems, "hidden_size", hiddenSize, LONGEST_AXIS);
    within(problems, "intermediate_size", intermediateSize, LONGEST_AXIS);
    within(problems, "num_hidden_layers", numLayers, MOST_LAYERS);
    within(problems, "num_attention_heads", numHeads, LONGEST_AXIS);
    within(problems, "num_key_value_heads", numKeyValueHeads, LONGEST_AXIS);
    within(problems, "head_dim", headSize, LONGEST_AXIS);
    boolean rowsFit = numHeads < 1 || (long) numHeads * headSize <= LONGEST_AXIS;
    String most = "at most " + LONGEST_AXIS + " rows in all " + numHeads + " heads";
    problems.require(rowsFit, "head_dim", headSize, most);
    positive(problems, "max_position_embeddings", maxPositions);
    positive(problems, "sliding_window", slidingWindow == null ? 1 : slidingWindow);
    problems.require(rmsNormEps > 0 && rmsNormEps < 1, "rms_norm_eps", rmsNormEps, "in (0, 1)");
    boolean thetaFits = rope.theta() > 0 && Double.isFinite(rope.theta());
    problems.require(thetaFits, "rope_theta", rope.theta(), "a positive number");
    problems.require(headSize % 2 == 0, "head_dim", headSize, "an even number");
    boolean headsFit = numHeads < 1 || numKeyValueHeads < 1 || numHeads % numKeyValueHeads == 0;
    String rule = "a divisor of num_attention_heads, which is " + numHeads;
    problems.require(headsFit, "num_key_value_heads", numKeyValueHeads, rule);
    inVocabulary(problems, "bos_token_id", tokens.bos(), vocabSize);
    inVocabulary(problems, "eos_token_id", tokens.eos(), vocabSize);
    problems.throwIfAny(family.modelType() + " configuration");
  }

  private static void within(ConfigProblems problems, String field, int value, int most) {
    positive(problems, field, value);
    problems.require(value <= most, field, value, "at most " + most);
  }

  private static void positive(ConfigProblems problems, String field, int value) {
    problems.require(value >= 1, field, value, "at least 1");
  }

  private static void inVocabulary(ConfigProblems problems, String field, Integer id, int size) {
    boolean inside = id == null || size < 1 || (id >= 0 && id < size);
    problems.require(inside, field, id, "an id below vocab_size, which is " + size);
  }

  /**
   * Reads {@code config.json} of a dense model's folder.
   *
   * @throws ModelUnsupportedException naming everything that is missing, impossible or not
   *     implemented
   */
  public static LlamaConfig read(Path folder) {
    Path file = folder.resolve("config.json");
    return LlamaConfigReader.dense(file, ModelJson.bytes(file));
  }

  /**
   * Reads what a sparse model's {@code config.json} says of everything but its experts.
   *
   * @param family the one it was made from, as far as it matters
   * @throws ModelUnsupportedException as {@link #read}
   */
  public static LlamaConfig readSparse(Path folder, Family family) {
    Path file = folder.resolve("config.json");
    return LlamaConfigReader.sparse(file, ModelJson.bytes(file), family);
  }

  /** Longest sequence whose attention sees all of it; longer ones are not computed. */
  public int longestSequence() {
    return slidingWindow == null ? maxPositions : Math.min(maxPositions, slidingWindow);
  }

  /** The same architecture with another number of intermediate channels. */
  public LlamaConfig withIntermediateSize(int channels) {
    return new LlamaConfig(
        family,
        vocabSize,
        hiddenSize,
        channels,
        numLayers,
        numHeads,
        numKeyValueHeads,
        headSize,
        maxPositions,
        slidingWindow,
        rmsNormEps,
        rope,
        tiedEmbeddings,
        tokens);
  }

  /** A {@code config.json} for the family's class in {@code transformers}. */
  public ObjectNode toJson() {
    return ConfigJson.dense(this);
  }
}
