package dev.shoal.models.tasks;

import dev.shoal.models.generation.ExactMatchResult;
import java.util.List;
import java.util.Map;

/**
 * How a model did on a task.
 *
 * @param task what was asked
 * @param metrics in the harness's words, with {@code _stderr} behind a name for its standard error,
 *     in a fixed order; what cannot be computed is left out
 * @param items one for each example, in order; empty where answers were generated
 * @param answers one for each example, in order; empty where continuations were scored
 * @param model what the model could read
 */
public record TaskResult(
    Task task,
    Map<String, Double> metrics,
    List<ItemResult> items,
    List<ExactMatchResult.Item> answers,
    Reading model) {

  /** How many items were judged. */
  public int count() {
    return Math.max(items.size(), answers.size());
  }

  /**
   * How texts were read.
   *
   * @param maxLength most tokens the model reads at once
   * @param windowTokens length of the windows of {@code token_perplexity}; 0 where there is none
   * @param truncatedItems items of which the model could not read the beginning
   */
  public record Reading(int maxLength, int windowTokens, int truncatedItems) {}
}
