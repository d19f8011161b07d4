package dev.shoal.models.generation;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * How an answer is found in a generated text, as the harness's {@code regex} filter does it.
 *
 * @param name under which its score is reported
 * @param pattern what an answer looks like
 * @param fromEnd whether the last place that matches is taken, not the first
 */
public record AnswerFilter(String name, Pattern pattern, boolean fromEnd) {

  /** Stands for an answer where none is found. */
  public static final String INVALID = "[invalid]";

  /** Takes the whole text. */
  public static final AnswerFilter NONE =
      new AnswerFilter("none", Pattern.compile("(?s)\\A.*\\z"), false);

  /** The two of gsm8k: behind {@code ####}, and the last number wherever it stands. */
  public static final List<AnswerFilter> GSM8K =
      List.of(
          new AnswerFilter("strict-match", Pattern.compile("#### (\\-?[0-9\\.\\,]+)"), false),
          new AnswerFilter(
              "flexible-extract", Pattern.compile("(-?[$0-9.,]{2,})|(-?[0-9]+)"), true));

  /**
   * The answer: of the chosen place the first group that is not empty, or the whole of it where the
   * pattern has no groups, without white space around it.
   */
  public String answer(String text) {
    if (equals(NONE)) {
      return text;
    }
    List<MatchResult> places = pattern.matcher(text).results().toList();
    if (places.isEmpty()) {
      return INVALID;
    }
    return captured(places.get(fromEnd ? places.size() - 1 : 0)).strip();
  }

  private static String captured(MatchResult place) {
    if (place.groupCount() == 0) {
      return place.group();
    }
    for (int group = 1; group <= place.groupCount(); group++) {
      if (place.group(group) != null && !place.group(group).isEmpty()) {
        return place.group(group);
      }
    }
    return place.groupCount() == 1 ? "" : INVALID;
  }
}
