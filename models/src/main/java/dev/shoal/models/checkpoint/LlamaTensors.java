package dev.shoal.models.checkpoint;

import dev.shoal.models.config.LlamaConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Names and shapes of a Llama checkpoint in the Hugging Face layout.
 *
 * <p>Axes: V vocabulary, H hidden, F intermediate channels, A*h queries, G*h keys and values.
 */
public final class LlamaTensors {

  /** The output projection; absent where it is the embedding table. */
  public static final String LM_HEAD = "lm_head.weight";

  private LlamaTensors() {}

  /** Every tensor the model needs, from the embeddings to the output. */
  public static Map<String, List<Long>> shapes(LlamaConfig config) {
    long hidden = config.hiddenSize();
    long vocab = config.vocabSize();
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    shapes.put("model.embed_tokens.weight", List.of(vocab, hidden));
    for (int layer = 0; layer < config.numLayers(); layer++) {
      addLayer(shapes, "model.layers." + layer + ".", config);
    }
    shapes.put("model.norm.weight", List.of(hidden));
    if (!config.tiedEmbeddings()) {
      shapes.put(LM_HEAD, List.of(vocab, hidden));
    }
    return shapes;
  }

  private static void addLayer(Map<String, List<Long>> shapes, String layer, LlamaConfig config) {
    long hidden = config.hiddenSize();
    long channels = config.intermediateSize();
    long queries = (long) config.numHeads() * config.headSize();
    long keys = (long) config.numKeyValueHeads() * config.headSize();
    shapes.put(layer + "input_layernorm.weight", List.of(hidden));
    shapes.put(layer + "self_attn.q_proj.weight", List.of(queries, hidden));
    shapes.put(layer + "self_attn.k_proj.weight", List.of(keys, hidden));
    shapes.put(layer + "self_attn.v_proj.weight", List.of(keys, hidden));
    shapes.put(layer + "self_attn.o_proj.weight", List.of(hidden, queries));
    shapes.put(layer + "post_attention_layernorm.weight", List.of(hidden));
    shapes.put(layer + "mlp.gate_proj.weight", List.of(channels, hidden));
    shapes.put(layer + "mlp.up_proj.weight", List.of(channels, hidden));
    shapes.put(layer + "mlp.down_proj.weight", List.of(hidden, channels));
  }
}
