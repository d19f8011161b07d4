package dev.shoal.models.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Path;

/** Turns a {@code config.json} into a {@link LlamaConfig}, or says everything that prevents it. */
final class LlamaConfigReader {

  private final ConfigProblems problems = new ConfigProblems();
  private final ConfigFields fields;

  private LlamaConfigReader(Path file) {
    this.fields = ConfigFields.of(file, problems);
  }

  static LlamaConfig read(Path file) {
    LlamaConfigReader reader = new LlamaConfigReader(file);
    reader.refuseWhatIsNotImplemented();
    LlamaConfig config = reader.config();
    reader.problems.throwIfAny(file.toString());
    return config;
  }

  private void refuseWhatIsNotImplemented() {
    problems.require(
        fields.get("model_type") != null && "llama".equals(fields.get("model_type").asText()),
        "model_type",
        fields.get("model_type"),
        "\"llama\"");
    refuseBias("attention_bias");
    refuseBias("mlp_bias");
    fields.only("hidden_act", "silu");
    ropeType("rope_scaling");
    ropeType("rope_parameters");
    JsonNode quantization = fields.get("quantization_config");
    problems.require(
        quantization == null, "quantization_config", "present", "weights that are not quantized");
  }

  private void refuseBias(String field) {
    problems.require(!fields.flag(field, false), field, true, "false");
  }

  /** Both generations of the field, and the older key {@code type} of the first one. */
  private void ropeType(String field) {
    JsonNode node = fields.get(field);
    if (node == null) {
      return;
    }
    JsonNode type = node.hasNonNull("rope_type") ? node.get("rope_type") : node.path("type");
    boolean plain = type.isMissingNode() || type.isNull() || "default".equals(type.asText());
    problems.require(plain, field + " of type", type, "\"default\" or none");
    JsonNode partial = node.path("partial_rotary_factor");
    boolean whole = partial.isMissingNode() || partial.asDouble() == 1;
    problems.require(whole, "partial_rotary_factor", partial, "1");
  }

  /** Null when a problem was found. */
  private LlamaConfig config() {
    int hidden = fields.integer("hidden_size");
    int heads = fields.integer("num_attention_heads");
    try {
      return new LlamaConfig(
          fields.integer("vocab_size"),
          hidden,
          fields.integer("intermediate_size"),
          fields.integer("num_hidden_layers"),
          heads,
          fields.integer("num_key_value_heads", Math.max(heads, 1)),
          fields.integer("head_dim", defaultHeadSize(hidden, heads)),
          fields.integer("max_position_embeddings", 2048),
          fields.number("rms_norm_eps", 1e-6),
          rope(),
          fields.flag("tie_word_embeddings", false),
          tokens());
    } catch (ModelUnsupportedException impossible) {
      for (String problem : impossible.problems()) {
        problems.add(problem.substring(0, problem.indexOf(' ')), problem);
      }
      return null;
    }
  }

  private int defaultHeadSize(int hidden, int heads) {
    if (hidden < 1 || heads < 1) {
      return 2; // those two are reported; this one is not at fault
    }
    String rule = "a divisor of hidden_size, which is " + hidden + ", where head_dim is not given";
    boolean divides = fields.get("head_dim") != null || hidden % heads == 0;
    problems.require(divides, "num_attention_heads", heads, rule);
    return hidden / heads;
  }

  private RopeSettings rope() {
    JsonNode newer = fields.get("rope_parameters");
    JsonNode theta = newer == null ? MissingNode.getInstance() : newer.path("rope_theta");
    double older = fields.number("rope_theta", 10_000);
    return new RopeSettings(fields.number("rope_theta", theta, older));
  }

  private SpecialTokens tokens() {
    return new SpecialTokens(
        token("bos_token_id", 1), token("eos_token_id", 2), token("pad_token_id", null));
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
