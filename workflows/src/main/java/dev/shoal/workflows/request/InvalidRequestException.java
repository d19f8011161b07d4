package dev.shoal.workflows.request;

import java.util.List;
import java.util.stream.Collectors;

/** A request with mistakes: all of them, one a line. */
public final class InvalidRequestException extends RuntimeException {

  /** Nobody reads more at once, and a history has to hold the message. */
  static final int SHOWN = 50;

  private static final int LONGEST_LINE = 1_000;

  private final transient List<Problem> problems;

  /** With at least one problem. */
  public InvalidRequestException(List<Problem> problems) {
    super(describe(problems));
    this.problems = List.copyOf(problems);
  }

  /** Every mistake, in the order of the fields. */
  public List<Problem> problems() {
    return problems;
  }

  private static String describe(List<Problem> problems) {
    String head =
        problems.size() == 1
            ? "The request has a mistake:\n"
            : "The request has " + problems.size() + " mistakes:\n";
    String shown =
        problems.stream()
            .limit(SHOWN)
            .map(InvalidRequestException::line)
            .collect(Collectors.joining("\n", head, ""));
    return problems.size() > SHOWN
        ? shown + "\n- and %d more".formatted(problems.size() - SHOWN)
        : shown;
  }

  /** What moves a terminal's cursor or would be a line of its own is spelled out. */
  private static String line(Problem problem) {
    StringBuilder line = new StringBuilder("- ");
    String text = problem.toString();
    text.chars()
        .limit(LONGEST_LINE)
        .forEach(
            letter -> {
              if (Character.isISOControl(letter)) {
                line.append("\\u%04x".formatted(letter));
              } else {
                line.append((char) letter);
              }
            });
    return text.length() > LONGEST_LINE ? line.append("...").toString() : line.toString();
  }
}
