package dev.shoal.models.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/**
 * The rotary part of a {@code config.json}, in its three generations: {@code rope_parameters}, or
 * {@code rope_theta} with {@code rope_scaling}, whose type was once called {@code type}.
 */
final class RopeReader {

  private final ConfigFields fields;
  private final ConfigProblems problems;

  RopeReader(ConfigFields fields, ConfigProblems problems) {
    this.fields = fields;
    this.problems = problems;
  }

  RopeSettings read() {
    JsonNode newer = node("rope_parameters");
    double older = fields.number("rope_theta", 10_000);
    double theta = fields.number("rope_theta", newer.path("rope_theta"), older);
    String field = newer.isMissingNode() ? "rope_scaling" : "rope_parameters";
    return new RopeSettings(theta, scaling(field, node(field)));
  }

  private JsonNode node(String field) {
    JsonNode node = fields.get(field);
    return node == null ? MissingNode.getInstance() : node;
  }

  private RopeScaling scaling(String field, JsonNode node) {
    JsonNode partial = node.path("partial_rotary_factor");
    boolean whole = partial.isMissingNode() || partial.asDouble() == 1;
    problems.require(whole, "partial_rotary_factor", partial, "1");
    JsonNode type = node.hasNonNull("rope_type") ? node.get("rope_type") : node.path("type");
    return switch (type.asText("default")) {
      case "default", "null", "" -> new RopeScaling.None();
      case "linear" -> new RopeScaling.Linear(factor(field, node));
      case "llama3" -> llama3(field, node);
      default -> {
        String rule = "\"default\", \"linear\", \"llama3\" or none";
        problems.add(field, field + " of type is " + type + ", expected " + rule);
        yield new RopeScaling.None();
      }
    };
  }

  private RopeScaling llama3(String field, JsonNode node) {
    double low = number(field, node, "low_freq_factor");
    double high = number(field, node, "high_freq_factor");
    double original = number(field, node, "original_max_position_embeddings");
    problems.require(
        low > 0 && high > low && Double.isFinite(high) && original >= 1 && original <= 1 << 30,
        field,
        node,
        "0 < low_freq_factor < high_freq_factor and original_max_position_embeddings");
    return new RopeScaling.Llama3(factor(field, node), low, high, (int) original);
  }

  private double factor(String field, JsonNode node) {
    double factor = number(field, node, "factor");
    problems.require(factor >= 1 && Double.isFinite(factor), field, node, "a factor of at least 1");
    return factor;
  }

  private double number(String field, JsonNode node, String name) {
    return fields.number(field + "." + name, node.get(name), Double.NaN);
  }
}
