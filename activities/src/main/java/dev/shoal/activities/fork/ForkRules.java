package dev.shoal.activities.fork;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.workflows.request.Problem;
import dev.shoal.workflows.request.ReconstructionRequest;
import dev.shoal.workflows.request.Training;
import dev.shoal.workflows.stages.TrainingActivities.Stage;
import java.util.ArrayList;
import java.util.List;

/**
 * What a fork may change: how the training goes on, and what comes after it. What made the mixture,
 * the shape of the trained weights and the order of the text stay, since weights and moments fit to
 * nothing else. Fields that are automatic or that the origin's version did not know are let pass.
 */
public final class ForkRules {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> FIXED =
      List.of(
          "/datasets",
          "/experts",
          "/calibration",
          "/numerics",
          "/training/sequence_tokens",
          "/training/seed");

  private final List<Problem> problems = new ArrayList<>();

  private ForkRules() {}

  /**
   * Every mistake in a request that goes on from a checkpoint; whether the dense model is the same
   * is told by its digest, elsewhere.
   *
   * @param fork the request, automatic fields may be null
   * @param origin resolved request of the run that wrote the checkpoint
   * @param stage that the checkpoint belongs to
   * @param tokens that had been read until then
   */
  public static List<Problem> check(
      ReconstructionRequest fork, JsonNode origin, Stage stage, long tokens) {
    ForkRules rules = new ForkRules();
    JsonNode here = JSON.valueToTree(fork);
    FIXED.forEach(field -> rules.same(JsonPointer.compile(field), here, origin));
    if (stage == Stage.EXPERTS) {
      rules.weights(here, origin);
    }
    rules.budget(fork.training(), stage, tokens);
    return rules.problems;
  }

  private void weights(JsonNode here, JsonNode origin) {
    rule("/training/weights", here, origin);
    if (origin.at("/training/weights").asText().equals("lora")) {
      rule("/training/lora", here, origin);
    }
  }

  private void rule(String field, JsonNode here, JsonNode origin) {
    same(JsonPointer.compile(field), here, origin);
  }

  private void same(JsonPointer field, JsonNode here, JsonNode origin) {
    JsonNode found = here.at(field);
    JsonNode expected = origin.at(field);
    if (isOpen(found) || isOpen(expected)) {
      return;
    }
    if (expected.isObject() && found.isObject()) {
      expected
          .fieldNames()
          .forEachRemaining(name -> same(field.appendProperty(name), here, origin));
    } else if (expected.isArray() && found.size() == expected.size()) {
      for (int i = 0; i < expected.size(); i++) {
        same(field.appendIndex(i), here, origin);
      }
    } else if (!isSame(found, expected)) {
      problems.add(
          new Problem(
              name(field),
              "found %s, expected %s, as in the run that the checkpoint is from; a fork may not change it"
                  .formatted(shown(found), shown(expected))));
    }
  }

  private static boolean isOpen(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  /** Numbers by their value, however they were written. */
  private static boolean isSame(JsonNode found, JsonNode expected) {
    boolean numbers = found.isNumber() && expected.isNumber();
    return numbers
        ? found.decimalValue().compareTo(expected.decimalValue()) == 0
        : found.equals(expected);
  }

  /** As fields are named in every message: {@code datasets[0].path}. */
  private static String name(JsonPointer field) {
    return field.toString().substring(1).replaceAll("/(\\d+)", "[$1]").replace('/', '.');
  }

  private static String shown(JsonNode value) {
    return value.isArray() ? value.size() + " entries" : value.asText();
  }

  private void budget(Training training, Stage stage, long tokens) {
    boolean router = stage == Stage.ROUTER;
    Long budget = router ? Long.valueOf(training.routerTokens()) : training.expertTokens();
    int batch = training.batchTokens();
    if (tokens % batch != 0) {
      problems.add(
          new Problem(
              "training.batch_tokens",
              "found %d, expected a divisor of %d, the tokens that were read until the checkpoint"
                  .formatted(batch, tokens)));
    }
    if (budget != null && budget / batch <= tokens / batch) {
      problems.add(
          new Problem(
              router ? "training.router_tokens" : "training.expert_tokens",
              "found %d, expected %d or more: %d were read until the checkpoint, and they count"
                  .formatted(budget, (tokens / batch + 1) * batch, tokens)));
    }
  }
}
