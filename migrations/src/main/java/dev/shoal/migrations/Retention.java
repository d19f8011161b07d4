package dev.shoal.migrations;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which ended runs keep what they read and made. A run is kept if either limit keeps it; with
 * neither, all are.
 *
 * @param olderThan runs that ended less than this ago are kept
 * @param last so many of the newest runs are kept; a comparison counts once, with its runs
 */
public record Retention(Optional<Duration> olderThan, OptionalInt last) {

  /** Keeps every run. */
  public static Retention everyRun() {
    return new Retention(Optional.empty(), OptionalInt.empty());
  }

  /** Refuses what would count backwards. */
  public Retention {
    if (olderThan.filter(Duration::isNegative).isPresent() || last.orElse(0) < 0) {
      throw new IllegalArgumentException("a retention cannot be negative");
    }
  }

  boolean keepsEveryRun() {
    return olderThan.isEmpty() && last.isEmpty();
  }
}
