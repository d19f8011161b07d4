package dev.shoal.models.generation;

import java.util.List;

/**
 * How a text goes on and when it ends. It also ends where the model has no more positions.
 *
 * @param maxNewTokens most tokens behind the prompt
 * @param sampling how each is chosen
 * @param eosIds any of them ends the text; see {@link EndTokens}
 * @param until any of them ends the text and is cut off
 */
public record GenerationSettings(
    int maxNewTokens, Sampling sampling, List<Integer> eosIds, List<String> until) {

  /** Rejects a text without room and an empty end. */
  public GenerationSettings {
    eosIds = List.copyOf(eosIds);
    until = List.copyOf(until);
    if (maxNewTokens < 1) {
      throw new IllegalArgumentException(
          "max_new_tokens is %d; it must be at least 1".formatted(maxNewTokens));
    }
    if (until.contains("")) {
      throw new IllegalArgumentException("until holds an empty string; it would end every text");
    }
  }

  /** The most probable tokens, up to the first of these ids. */
  public static GenerationSettings greedy(int maxNewTokens, List<Integer> eosIds) {
    return new GenerationSettings(maxNewTokens, Sampling.GREEDY, eosIds, List.of());
  }
}
