package dev.shoal.models.generation;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * When an answer equals the right one, in the words of the harness's metric {@code exact_match}. Of
 * both sides everything that a pattern matches is removed, one pattern after the other; then case
 * and punctuation, where they are ignored.
 *
 * @param ignorePunctuation whether the 32 marks of ASCII do not count
 * @param regexesToIgnore what does not count
 */
public record ExactMatch(
    boolean ignoreCase, boolean ignorePunctuation, List<Pattern> regexesToIgnore) {

  private static final Pattern PUNCTUATION = Pattern.compile("\\p{Punct}");

  /** Character by character. */
  public static final ExactMatch STRICT = new ExactMatch(false, false, List.of());

  /**
   * As gsm8k: commas, dollars, a worked solution before {@code ####} and a full stop are ignored.
   */
  public static final ExactMatch GSM8K =
      new ExactMatch(
          true,
          false,
          List.of(
              Pattern.compile(","),
              Pattern.compile("\\$"),
              Pattern.compile("(?s).*#### "),
              Pattern.compile("\\.$")));

  /** Whether the two are the same. */
  public boolean equal(String answer, String target) {
    return normal(answer).equals(normal(target));
  }

  private String normal(String text) {
    String left = text;
    for (Pattern pattern : regexesToIgnore) {
      left = pattern.matcher(left).replaceAll("");
    }
    left = ignoreCase ? left.toLowerCase(Locale.ROOT) : left;
    return ignorePunctuation ? PUNCTUATION.matcher(left).replaceAll("") : left;
  }
}
