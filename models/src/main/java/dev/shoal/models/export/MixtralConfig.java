package dev.shoal.models.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.moe.MoeShape;

/** {@code config.json} of a Mixtral checkpoint; every field is carried on purpose. */
final class MixtralConfig {

  private MixtralConfig() {}

  static ObjectNode of(LlamaConfig config, MoeShape shape, int expertsPerToken, TensorDtype dtype) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    ObjectNode json = nodes.objectNode();
    json.putArray("architectures").add("MixtralForCausalLM");
    json.put("attention_dropout", 0.0);
    json.set("bos_token_id", id(config.tokens().bos()));
    json.set("eos_token_id", id(config.tokens().eos()));
    json.put("head_dim", config.headSize());
    json.put("hidden_act", "silu");
    json.put("hidden_size", config.hiddenSize());
    json.put("initializer_range", 0.02);
    json.put("intermediate_size", shape.width());
    json.put("max_position_embeddings", config.maxPositions());
    json.put("model_type", "mixtral");
    json.put("num_attention_heads", config.numHeads());
    json.put("num_experts_per_tok", expertsPerToken);
    json.put("num_hidden_layers", config.numLayers());
    json.put("num_key_value_heads", config.numKeyValueHeads());
    json.put("num_local_experts", shape.experts());
    json.put("output_router_logits", false);
    json.set("pad_token_id", id(config.tokens().pad()));
    json.put("rms_norm_eps", config.rmsNormEps());
    json.putNull("rope_scaling");
    json.put("rope_theta", config.rope().theta()); // Mixtral's own default is another one
    json.put("router_aux_loss_coef", 0.0);
    json.put("router_jitter_noise", 0.0);
    json.putNull("sliding_window");
    json.put("tie_word_embeddings", config.tiedEmbeddings());
    json.put("torch_dtype", torchName(dtype));
    json.put("use_cache", true);
    json.put("vocab_size", config.vocabSize());
    return json;
  }

  private static JsonNode id(Integer value) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return value == null ? nodes.nullNode() : nodes.numberNode(value);
  }

  private static String torchName(TensorDtype dtype) {
    return switch (dtype) {
      case BF16 -> "bfloat16";
      case F16 -> "float16";
      case F32 -> "float32";
      default -> throw new IllegalArgumentException("a checkpoint is not stored in " + dtype);
    };
  }
}
