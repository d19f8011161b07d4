package dev.shoal.models.checkpoint;

/**
 * Text out of a file that nobody vouches for, as a message may hold it: one line of bounded length.
 * What moves a terminal's cursor or begins a new line in a log is spelled {@code \\u001b}.
 */
public final class Excerpt {

  /** A message that quotes more is not read. */
  static final int LONGEST = 2_000;

  private Excerpt() {}

  /** The text, or its beginning and its length. */
  public static String of(String text) {
    int shown = Math.min(text.length(), LONGEST);
    StringBuilder line = new StringBuilder(shown);
    text.chars().limit(shown).forEach(letter -> append(line, (char) letter));
    if (shown < text.length()) {
      line.append("... (").append(text.length()).append(" characters)");
    }
    return line.toString();
  }

  private static void append(StringBuilder line, char letter) {
    if (Character.isISOControl(letter)) {
      line.append("\\u%04x".formatted((int) letter));
    } else {
      line.append(letter);
    }
  }
}
