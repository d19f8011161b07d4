package dev.shoal.models.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;

/**
 * Architecture of a dense Llama model, as its {@code config.json} says.
 *
 * <p>Axes: V vocabulary, H hidden, F intermediate channels, L layers, A attention heads, G
 * key-value heads, h head size. Queries are [A*h, H], keys and values [G*h, H].
 *
 * @param vocabSize V
 * @param hiddenSize H
 * @param intermediateSize F
 * @param numLayers L
 * @param numHeads A
 * @param numKeyValueHeads G, a divisor of A
 * @param headSize h, even; A*h need not be H
 * @param maxPositions longest sequence the model was trained for
 * @param rmsNormEps added to the mean square before its root
 * @param rope rotary embedding
 * @param tiedEmbeddings whether the output projection is the embedding table
 * @param tokens ids with a role, each below V
 */
public record LlamaConfig(
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numLayers,
    int numHeads,
    int numKeyValueHeads,
    int headSize,
    int maxPositions,
    double rmsNormEps,
    RopeSettings rope,
    boolean tiedEmbeddings,
    SpecialTokens tokens) {

  /** Rejects numbers that describe no model, all of them in one message. */
  public LlamaConfig {
    ConfigProblems problems = new ConfigProblems();
    positive(problems, "vocab_size", vocabSize);
    positive(problems, "hidden_size", hiddenSize);
    positive(problems, "intermediate_size", intermediateSize);
    positive(problems, "num_hidden_layers", numLayers);
    positive(problems, "num_attention_heads", numHeads);
    positive(problems, "num_key_value_heads", numKeyValueHeads);
    positive(problems, "head_dim", headSize);
    positive(problems, "max_position_embeddings", maxPositions);
    problems.require(rmsNormEps > 0 && rmsNormEps < 1, "rms_norm_eps", rmsNormEps, "in (0, 1)");
    boolean thetaFits = rope.theta() > 0 && Double.isFinite(rope.theta());
    problems.require(thetaFits, "rope_theta", rope.theta(), "a positive number");
    problems.require(headSize % 2 == 0, "head_dim", headSize, "an even number");
    boolean headsFit = numHeads < 1 || numKeyValueHeads < 1 || numHeads % numKeyValueHeads == 0;
    String rule = "a divisor of num_attention_heads, which is " + numHeads;
    problems.require(headsFit, "num_key_value_heads", numKeyValueHeads, rule);
    inVocabulary(problems, "bos_token_id", tokens.bos(), vocabSize);
    inVocabulary(problems, "eos_token_id", tokens.eos(), vocabSize);
    problems.throwIfAny("Llama configuration");
  }

  private static void positive(ConfigProblems problems, String field, int value) {
    problems.require(value >= 1, field, value, "at least 1");
  }

  private static void inVocabulary(ConfigProblems problems, String field, Integer id, int size) {
    boolean inside = id == null || size < 1 || (id >= 0 && id < size);
    problems.require(inside, field, id, "an id below vocab_size, which is " + size);
  }

  /**
   * Reads {@code config.json} of a model folder.
   *
   * @throws ModelUnsupportedException naming everything that is missing, impossible or not
   *     implemented
   */
  public static LlamaConfig read(Path folder) {
    return LlamaConfigReader.read(folder.resolve("config.json"));
  }

  /** A {@code config.json} for {@code LlamaForCausalLM} with exactly these numbers. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("architectures").add("LlamaForCausalLM");
    json.put("attention_bias", false).put("attention_dropout", 0.0);
    json.set("bos_token_id", id(tokens.bos()));
    json.set("eos_token_id", id(tokens.eos()));
    json.put("head_dim", headSize).put("hidden_act", "silu").put("hidden_size", hiddenSize);
    json.put("initializer_range", 0.02).put("intermediate_size", intermediateSize);
    json.put("max_position_embeddings", maxPositions).put("mlp_bias", false);
    json.put("model_type", "llama").put("num_attention_heads", numHeads);
    json.put("num_hidden_layers", numLayers).put("num_key_value_heads", numKeyValueHeads);
    json.set("pad_token_id", id(tokens.pad()));
    json.put("rms_norm_eps", rmsNormEps).putNull("rope_scaling").put("rope_theta", rope.theta());
    json.put("tie_word_embeddings", tiedEmbeddings).put("use_cache", true);
    return json.put("vocab_size", vocabSize);
  }

  private static JsonNode id(Integer value) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return value == null ? nodes.nullNode() : nodes.numberNode(value);
  }
}
