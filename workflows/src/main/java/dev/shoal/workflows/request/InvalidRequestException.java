package dev.shoal.workflows.request;

import java.util.List;
import java.util.stream.Collectors;

/** A request with mistakes: all of them, one a line. */
public final class InvalidRequestException extends RuntimeException {

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
    return problems.stream().map(p -> "- " + p).collect(Collectors.joining("\n", head, ""));
  }
}
