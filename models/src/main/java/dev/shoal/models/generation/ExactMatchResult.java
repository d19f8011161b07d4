package dev.shoal.models.generation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model answered, and how often it was right.
 *
 * @param items one per prompt, in their order
 * @param scores by name of the filter, in the order of the settings
 */
public record ExactMatchResult(List<Item> items, Map<String, Score> scores) {

  /**
   * One answer.
   *
   * @param text as the model wrote it
   * @param stop why the text ended
   * @param promptTokensCut tokens taken from the prompt's beginning to make room
   * @param answers by name of the filter, in the order of the settings
   */
  public record Item(
      String target,
      String text,
      StopReason stop,
      int promptTokensCut,
      Map<String, Answer> answers) {}

  /** What a filter found, and whether it equals the target. */
  public record Answer(String answer, boolean right) {}

  /**
   * Share of right answers.
   *
   * @param standardError sample standard deviation over the root of the number of items; NaN for a
   *     single item
   */
  public record Score(double exactMatch, double standardError) {}

  /** Prompts that were too long for the model and lost their beginning. */
  public long truncated() {
    return items.stream().filter(item -> item.promptTokensCut() > 0).count();
  }

  static ExactMatchResult of(List<Item> items, List<AnswerFilter> filters) {
    Map<String, Score> scores = new LinkedHashMap<>();
    for (AnswerFilter filter : filters) {
      long right = items.stream().filter(item -> item.answers().get(filter.name()).right()).count();
      scores.put(filter.name(), score(right, items.size()));
    }
    return new ExactMatchResult(new ArrayList<>(items), scores);
  }

  /** The mean p of n zeros and ones has the standard error sqrt(p (1 - p) / (n - 1)). */
  private static Score score(long right, int items) {
    double share = (double) right / items;
    double error = items < 2 ? Double.NaN : Math.sqrt(share * (1 - share) / (items - 1));
    return new Score(share, error);
  }
}
