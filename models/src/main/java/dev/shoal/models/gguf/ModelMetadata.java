package dev.shoal.models.gguf;

import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.config.RopeScaling;
import dev.shoal.models.config.RopeSettings;
import dev.shoal.models.config.SpecialTokens;
import dev.shoal.models.moe.MoeShape;
import dev.shoal.models.moe.MoeWeights;

/** The keys that describe the network, to and from a {@link LlamaConfig}. */
final class ModelMetadata {

  private static final String ARCHITECTURE = "general.architecture";
  private static final int QUANTIZATION_VERSION = 2;

  private ModelMetadata() {}

  /** Begins the metadata of a file that is mostly of a type. */
  static GgufMetadata of(MoeWeights weights, GgufType type) {
    Architecture architecture = Architecture.of(weights.config());
    GgufMetadata metadata =
        new GgufMetadata()
            .put(ARCHITECTURE, architecture.ggufName())
            .put("general.type", "model")
            .put("general.file_type", type.fileType())
            .put("general.quantization_version", QUANTIZATION_VERSION);
    putDecoder(metadata, architecture, weights.config());
    metadata.put(architecture.widthKey(), weights.shape().width());
    metadata.put(architecture.key("expert_count"), weights.shape().experts());
    metadata.put(architecture.key("expert_used_count"), weights.expertsPerToken());
    return metadata;
  }

  private static void putDecoder(
      GgufMetadata metadata, Architecture architecture, LlamaConfig config) {
    String attention = architecture.key("attention.");
    String rope = architecture.key("rope.");
    metadata
        .put(architecture.key("vocab_size"), config.vocabSize())
        .put(architecture.key("context_length"), config.longestSequence())
        .put(architecture.key("embedding_length"), config.hiddenSize())
        .put(architecture.key("block_count"), config.numLayers())
        .put(attention + "head_count", config.numHeads())
        .put(attention + "head_count_kv", config.numKeyValueHeads())
        .put(attention + "key_length", config.headSize())
        .put(attention + "value_length", config.headSize())
        .put(attention + "layer_norm_rms_epsilon", (float) config.rmsNormEps())
        .put(rope + "dimension_count", config.headSize())
        .put(rope + "freq_base", (float) config.rope().theta());
    if (config.rope().scaling() instanceof RopeScaling.Linear linear) {
      metadata.put(rope + "scaling.type", "linear");
      metadata.put(rope + "scaling.factor", (float) linear.factor());
    }
  }

  /**
   * The decoder that a file describes; special tokens are left to the tokenizer.
   *
   * @param scaling where the file has {@link GgufLayout#ROPE_FACTORS}, what they were made from
   */
  static LlamaConfig config(GgufFile file, RopeScaling scaling) {
    GgufMetadata metadata = file.metadata();
    Architecture architecture = architecture(file);
    String attention = architecture.key("attention.");
    return new LlamaConfig(
        architecture.family(file.names().contains("blk.0.attn_q.bias")),
        metadata.integer(architecture.key("vocab_size")),
        metadata.integer(architecture.key("embedding_length")),
        metadata.integer(architecture.widthKey()),
        metadata.integer(architecture.key("block_count")),
        metadata.integer(attention + "head_count"),
        metadata.integer(attention + "head_count_kv"),
        metadata.integer(attention + "key_length"),
        metadata.integer(architecture.key("context_length")),
        null,
        metadata.decimal(attention + "layer_norm_rms_epsilon"),
        rope(file, architecture.key("rope."), scaling),
        !file.names().contains(GgufLayout.HEAD),
        SpecialTokens.NONE);
  }

  private static RopeSettings rope(GgufFile file, String prefix, RopeScaling scaling) {
    GgufMetadata metadata = file.metadata();
    double theta = metadata.decimal(prefix + "freq_base");
    if (file.names().contains(GgufLayout.ROPE_FACTORS)) {
      return new RopeSettings(theta, scaling);
    }
    return metadata.has(prefix + "scaling.type")
        ? new RopeSettings(
            theta, new RopeScaling.Linear(metadata.decimal(prefix + "scaling.factor")))
        : new RopeSettings(theta);
  }

  /** Sizes of the sparse part. */
  static MoeShape shape(GgufFile file) {
    Architecture architecture = architecture(file);
    return new MoeShape(
        file.metadata().integer(architecture.key("expert_count")),
        file.metadata().integer(architecture.widthKey()),
        file.metadata().integer(architecture.key("embedding_length")));
  }

  /** K. */
  static int expertsPerToken(GgufFile file) {
    return file.metadata().integer(architecture(file).key("expert_used_count"));
  }

  private static Architecture architecture(GgufFile file) {
    return Architecture.of(file.metadata().text(ARCHITECTURE));
  }
}
