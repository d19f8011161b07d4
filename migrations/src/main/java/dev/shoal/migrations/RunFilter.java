package dev.shoal.migrations;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which runs are asked for; what is empty lets all through.
 *
 * @param states how far they are
 * @param since begun then or later
 * @param name a part of the name, whatever its case
 * @param model a part of the dense model's place or name, whatever its case
 */
public record RunFilter(
    Set<RunStatus> states, Optional<Instant> since, Optional<String> name, Optional<String> model) {

  /** Keeps its own copy. */
  public RunFilter {
    states = Set.copyOf(states);
  }

  /** Lets every run through. */
  public static RunFilter none() {
    return new RunFilter(Set.of(), Optional.empty(), Optional.empty(), Optional.empty());
  }
}
