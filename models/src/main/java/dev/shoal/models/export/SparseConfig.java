package dev.shoal.models.export;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.config.ConfigJson;
import dev.shoal.models.llama.LlamaCheckpoint;
import dev.shoal.models.moe.MoeWeights;

/** {@code config.json} of a sparse checkpoint; every field is carried on purpose. */
final class SparseConfig {

  private SparseConfig() {}

  static ObjectNode of(SparseFormat format, MoeWeights weights, TensorDtype dtype) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("architectures").add(format.architecture());
    json.put("model_type", format.modelType());
    ConfigJson.decoder(json, weights.config());
    json.put("num_experts_per_tok", weights.expertsPerToken());
    json.put("output_router_logits", false).put("router_aux_loss_coef", 0.0);
    json.put("torch_dtype", LlamaCheckpoint.torchName(dtype));
    if (format == SparseFormat.MIXTRAL) {
      mixtral(json, weights);
    } else {
      qwen(json, weights, format);
    }
    return json;
  }

  private static void mixtral(ObjectNode json, MoeWeights weights) {
    json.put("intermediate_size", weights.shape().width());
    json.put("num_local_experts", weights.shape().experts());
    json.put("router_jitter_noise", 0.0);
    json.put("sliding_window", weights.config().slidingWindow());
  }

  private static void qwen(ObjectNode json, MoeWeights weights, SparseFormat format) {
    json.put("decoder_sparse_step", 1);
    json.put("intermediate_size", weights.config().intermediateSize()); // of no layer
    json.put("max_window_layers", weights.config().numLayers());
    json.putArray("mlp_only_layers");
    json.put("moe_intermediate_size", weights.shape().width());
    json.put("norm_topk_prob", true);
    json.put("num_experts", weights.shape().experts());
    json.putNull("sliding_window").put("use_sliding_window", false);
    if (format == SparseFormat.QWEN2_MOE) {
      json.put("qkv_bias", true);
      json.put("shared_expert_intermediate_size", SparseTensors.SHARED_WIDTH);
    } else {
      json.put("attention_bias", false);
    }
  }
}
