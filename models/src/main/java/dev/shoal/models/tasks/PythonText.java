package dev.shoal.models.tasks;

import java.util.regex.Pattern;

/** Lengths and white space of text as Python counts them. */
final class PythonText {

  /** What {@code str.isspace} and {@code \s} take for white space. */
  private static final String SPACE =
      "[\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";

  private static final Pattern LEADING = Pattern.compile("^" + SPACE);
  private static final Pattern TRAILING = Pattern.compile(SPACE + "+\\z");
  private static final Pattern RUNS = Pattern.compile(SPACE + "+");

  private PythonText() {}

  static boolean startsWithSpace(String text) {
    return LEADING.matcher(text).find();
  }

  /** {@code text.rstrip()}. */
  static String stripTrailing(String text) {
    return TRAILING.matcher(text).replaceFirst("");
  }

  /** {@code len(re.split(r"\s+", text))}: one more than there are runs of white space. */
  static int words(String text) {
    return 1 + (int) RUNS.matcher(text).results().count();
  }

  /** {@code len(text)}: code points, where Java would count UTF-16 units. */
  static int characters(String text) {
    return text.codePointCount(0, text.length());
  }
}
