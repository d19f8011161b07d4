package dev.shoal.models.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;

/** Turns a {@code config.json} into a {@link LlamaConfig}, or says everything that prevents it. */
final class LlamaConfigReader {

  private static final int QWEN3_HEAD_SIZE = 128;
  private static final int MISTRAL_WINDOW = 4096;

  private final ConfigProblems problems = new ConfigProblems();
  private final Path file;
  private final boolean dense;
  private final ConfigFields fields;

  private LlamaConfigReader(Path file, byte[] json, boolean dense) {
    this.file = file;
    this.dense = dense;
    this.fields = ConfigFields.of(file, json, problems);
  }

  /**
   * A dense model, whose {@code model_type} names its family.
   *
   * @param file for messages
   * @param json its bytes
   */
  static LlamaConfig dense(Path file, byte[] json) {
    LlamaConfigReader reader = new LlamaConfigReader(file, json, true);
    JsonNode type = reader.fields.get("model_type");
    Family family = type == null ? null : Family.of(type.asText()).orElse(null);
    reader.problems.require(family != null, "model_type", type, Family.known());
    return reader.read(family == null ? Family.LLAMA : family);
  }

  /** A sparse model, whose decoder is that of a family. */
  static LlamaConfig sparse(Path file, byte[] json, Family family) {
    return new LlamaConfigReader(file, json, false).read(family);
  }

  private LlamaConfig read(Family family) {
    refuseWhatIsNotImplemented();
    LlamaConfig config = config(family);
    problems.throwIfAny(file.toString());
    return config;
  }

  private void refuseWhatIsNotImplemented() {
    refuse("attention_bias");
    refuse("mlp_bias");
    refuse("use_sliding_window");
    refuse("use_mrope");
    fields.only("hidden_act", "silu");
    JsonNode quantization = fields.get("quantization_config");
    problems.require(
        quantization == null, "quantization_config", "present", "weights that are not quantized");
  }

  private void refuse(String field) {
    problems.require(!fields.flag(field, false), field, true, "false");
  }

  /** Null when a problem was found. */
  private LlamaConfig config(Family family) {
    int hidden = fields.integer("hidden_size");
    int heads = fields.integer("num_attention_heads");
    try {
      return new LlamaConfig(
          family,
          fields.integer("vocab_size"),
          hidden,
          fields.integer("intermediate_size"),
          fields.integer("num_hidden_layers"),
          heads,
          fields.integer("num_key_value_heads", defaultKeyValueHeads(family, heads)),
          fields.integer("head_dim", defaultHeadSize(family, hidden, heads)),
          fields.integer("max_position_embeddings", family.defaultMaxPositions()),
          slidingWindow(family),
          fields.number("rms_norm_eps", 1e-6),
          new RopeReader(fields, problems).read(),
          fields.flag("tie_word_embeddings", false),
          tokens(family));
    } catch (ModelUnsupportedException impossible) {
      for (String problem : impossible.problems()) {
        problems.add(problem.substring(0, problem.indexOf(' ')), problem);
      }
      return null;
    }
  }

  /** An explicit null means one for each head, whatever an absent field means. */
  private int defaultKeyValueHeads(Family family, int heads) {
    if (family == Family.LLAMA || fields.has("num_key_value_heads")) {
      return Math.max(heads, 1);
    }
    return family == Family.MISTRAL ? 8 : 32;
  }

  private int defaultHeadSize(Family family, int hidden, int heads) {
    if (family == Family.QWEN3) {
      return QWEN3_HEAD_SIZE;
    }
    if (hidden < 1 || heads < 1) {
      return 2; // those two are reported; this one is not at fault
    }
    String rule = "a divisor of hidden_size, which is " + hidden + ", where head_dim is not given";
    boolean divides = fields.get("head_dim") != null || hidden % heads == 0;
    problems.require(divides, "num_attention_heads", heads, rule);
    return hidden / heads;
  }

  /** A dense Mistral has a window where its file is silent; a Mixtral has none. */
  private Integer slidingWindow(Family family) {
    boolean silent = !fields.has("sliding_window");
    if (family != Family.MISTRAL || (silent && !dense)) {
      return null;
    }
    boolean none = !silent && fields.get("sliding_window") == null;
    return none ? null : Integer.valueOf(fields.integer("sliding_window", MISTRAL_WINDOW));
  }

  private SpecialTokens tokens(Family family) {
    return new SpecialTokens(
        token("bos_token_id", family.isQwen() ? null : 1),
        token("eos_token_id", family.isQwen() ? null : 2),
        token("pad_token_id", null));
  }

  private Integer token(String field, Integer absent) {
    if (!fields.has(field)) {
      return absent;
    }
    JsonNode node = fields.get(field);
    if (node != null && node.isArray()) {
      node = node.get(0);
    }
    boolean fits = node == null || (node.isIntegralNumber() && node.canConvertToInt());
    problems.require(fits, field, node, "an id or null");
    return node == null || !fits ? null : Integer.valueOf(node.intValue());
  }
}
