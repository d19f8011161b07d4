package dev.shoal.models.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/** The other direction: architecture to {@code config.json}. Every field is carried on purpose. */
public final class ConfigJson {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ConfigJson() {}

  /** A dense model's file. */
  static ObjectNode dense(LlamaConfig config) {
    ObjectNode json = NODES.objectNode();
    json.putArray("architectures").add(config.family().architecture());
    json.put("model_type", config.family().modelType());
    decoder(json, config);
    json.put("intermediate_size", config.intermediateSize());
    if (config.family() == Family.LLAMA) {
      json.put("attention_bias", false).put("mlp_bias", false);
    }
    return json;
  }

  /** Adds what dense and sparse models of a family have in common: all but class, type and FFN. */
  public static void decoder(ObjectNode json, LlamaConfig config) {
    json.put("attention_dropout", 0.0);
    json.set("bos_token_id", id(config.tokens().bos()));
    json.set("eos_token_id", id(config.tokens().eos()));
    json.put("head_dim", config.headSize()).put("hidden_act", "silu");
    json.put("hidden_size", config.hiddenSize()).put("initializer_range", 0.02);
    json.put("max_position_embeddings", config.maxPositions());
    json.put("num_attention_heads", config.numHeads());
    json.put("num_hidden_layers", config.numLayers());
    json.put("num_key_value_heads", config.numKeyValueHeads());
    json.set("pad_token_id", id(config.tokens().pad()));
    json.put("rms_norm_eps", config.rmsNormEps());
    json.set("rope_scaling", scaling(config.rope().scaling()));
    json.put("rope_theta", config.rope().theta()); // families differ in their own defaults
    if (config.family() == Family.MISTRAL) {
      json.put("sliding_window", config.slidingWindow());
    }
    json.put("tie_word_embeddings", config.tiedEmbeddings()).put("use_cache", true);
    json.put("vocab_size", config.vocabSize());
  }

  /** The file's bytes: sorted by field, as {@code transformers} writes it. */
  public static byte[] bytes(ObjectNode json) {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
    try {
      Object sorted = mapper.treeToValue(json, Object.class);
      return (mapper.writerWithDefaultPrettyPrinter().writeValueAsString(sorted) + "\n")
          .getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode scaling(RopeScaling scaling) {
    ObjectNode json = NODES.objectNode();
    if (scaling instanceof RopeScaling.Linear linear) {
      return json.put("factor", linear.factor()).put("rope_type", "linear");
    }
    if (scaling instanceof RopeScaling.Llama3 llama3) {
      json.put("factor", llama3.factor()).put("high_freq_factor", llama3.high());
      json.put("low_freq_factor", llama3.low());
      json.put("original_max_position_embeddings", llama3.originalPositions());
      return json.put("rope_type", "llama3");
    }
    return NODES.nullNode();
  }

  private static JsonNode id(Integer value) {
    return value == null ? NODES.nullNode() : NODES.numberNode(value);
  }
}
