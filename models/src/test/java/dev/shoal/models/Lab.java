package dev.shoal.models;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;

/**
 * Real models and corpora for tests, where the environment variable SHOAL_LAB names their folder.
 */
public final class Lab {

  private Lab() {}

  /** A path below the folder; the test is skipped without one. */
  public static Path path(String relative) {
    String folder = System.getenv("SHOAL_LAB");
    assumeTrue(folder != null, "set SHOAL_LAB to a folder with models/ and corpora/ to run this");
    return Path.of(folder, relative);
  }
}
