package dev.shoal.models;

import static org.assertj.core.api.Assertions.assertThat;

/** What every message to a user about a file has to be, whatever is in the file. */
public final class Refusal {

  /** Of a list of problems nobody reads more. */
  private static final int LONGEST = 20_000;

  private Refusal() {}

  /** One readable line: not empty, not endless, nothing that moves a terminal's cursor. */
  public static void check(RuntimeException named, String where) {
    assertThat(named.getMessage()).contains(where);
    assertThat(named.getMessage().length()).isLessThan(LONGEST);
    assertThat(named.getMessage().chars().noneMatch(Character::isISOControl))
        .as("no control characters")
        .isTrue();
  }
}
