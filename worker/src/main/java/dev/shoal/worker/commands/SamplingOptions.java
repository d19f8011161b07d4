package dev.shoal.worker.commands;

import dev.shoal.models.generation.Sampling;
import dev.shoal.worker.wiring.UserError;
import picocli.CommandLine.Option;

/** How a text is continued, in the words of {@code transformers}; greedy unless told otherwise. */
final class SamplingOptions {

  @Option(
      names = "--max-new-tokens",
      defaultValue = "128",
      paramLabel = "N",
      description = "Most tokens to write; default: ${DEFAULT-VALUE}.")
  private int maxNewTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Draw tokens, more evenly the higher it is; 0 takes the most probable ones.")
  private Double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Draw among the K most probable tokens only.")
  private Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Draw among the most probable tokens that together have this probability.")
  private Double topP;

  @Option(
      names = "--seed",
      defaultValue = "42",
      description = "The same seed draws the same text; default: ${DEFAULT-VALUE}.")
  private long seed;

  int maxNewTokens() {
    return maxNewTokens;
  }

  /** Draws where anything about drawing was given, unless the temperature is 0. */
  Sampling sampling() {
    boolean any = temperature != null || topK != null || topP != null;
    if (!any || (temperature != null && temperature == 0)) {
      return Sampling.GREEDY;
    }
    try {
      return new Sampling(
          true,
          temperature == null ? 1 : temperature,
          topK == null ? 0 : topK,
          topP == null ? 1 : topP,
          seed);
    } catch (IllegalArgumentException e) {
      throw UserError.wrongUse(e.getMessage());
    }
  }
}
