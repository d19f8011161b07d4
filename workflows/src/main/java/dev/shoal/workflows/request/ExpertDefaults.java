package dev.shoal.workflows.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What becomes of a recipe's defaults where a request has its experts made in another way, or
 * trains them less. What the request says itself wins, whatever stands here.
 */
final class ExpertDefaults {

  /** Decimals of a width that is a share; rounded down it still gives F / E channels. */
  private static final int DECIMALS = 16;

  /** A fresh router gets one token for so many of the experts'; at most those of the recipe. */
  private static final int ROUTER_SHARE = 5;

  private final JsonNode given;
  private final JsonNode expertTokens;
  private final Optional<Experts.By> by;

  /**
   * Defaults for a request.
   *
   * @param request as far as it is given
   */
  ExpertDefaults(JsonNode request) {
    this.given = request.path("experts");
    this.expertTokens = request.at("/training/expert_tokens");
    String word = given.path("by").asText().toLowerCase(Locale.ROOT);
    this.by = Arrays.stream(Experts.By.values()).filter(b -> b.toString().equals(word)).findFirst();
  }

  void adapt(ObjectNode defaults) {
    ObjectNode experts = (ObjectNode) defaults.get("experts");
    by.ifPresent(method -> adapt(method, experts));
    ObjectNode training = (ObjectNode) defaults.get("training");
    String router = given.path("router").asText(experts.get("router").asText());
    if (router.equalsIgnoreCase("fitted") || by.filter(Experts.By::isOnePruned).isPresent()) {
      training.put("router_tokens", 0); // nothing to learn
    } else if (expertTokens.isNumber() && expertTokens.asLong() > 0) {
      long share = (expertTokens.asLong() - 1) / ROUTER_SHARE + 1;
      training.put("router_tokens", Math.min(share, training.get("router_tokens").asLong()));
    }
  }

  private void adapt(Experts.By method, ObjectNode experts) {
    if (method != Experts.By.DOMAINS) {
      experts.put("router", method == Experts.By.TOKENS ? "fitted" : "trained");
    }
    if (method == Experts.By.SINGLE) {
      experts.put("num_experts", 1);
    }
    int number = given.path("num_experts").asInt(experts.get("num_experts").asInt());
    if (method.isSplit() && number > 0) {
      experts.put("compensation", "none");
      BigDecimal parts = BigDecimal.valueOf(number);
      BigDecimal share = BigDecimal.ONE.divide(parts, DECIMALS, RoundingMode.DOWN);
      experts.put("width", share.stripTrailingZeros());
    }
  }
}
