package dev.shoal.models.generation;

import java.util.List;

/**
 * How a task with generated answers is judged.
 *
 * @param generation how answers are written
 * @param filters each finds the answer in the text in its own way and gives its own score
 * @param comparison when an answer is right
 */
public record ExactMatchSettings(
    GenerationSettings generation, List<AnswerFilter> filters, ExactMatch comparison) {

  /** Tokens of an answer where a task does not say, as in the harness. */
  public static final int MAX_NEW_TOKENS = 256;

  /** Rejects a judgement without a way to find answers. */
  public ExactMatchSettings {
    filters = List.copyOf(filters);
    if (filters.isEmpty()) {
      throw new IllegalArgumentException(
          "filters is empty; for answers that are the whole text give one that takes all of it");
    }
  }

  /** As the harness's task gsm8k, version 3. */
  public static ExactMatchSettings gsm8k(List<Integer> eosIds) {
    List<String> until = List.of("Question:", "</s>", "<|im_end|>");
    return new ExactMatchSettings(
        new GenerationSettings(MAX_NEW_TOKENS, Sampling.GREEDY, eosIds, until),
        AnswerFilter.GSM8K,
        ExactMatch.GSM8K);
  }
}
