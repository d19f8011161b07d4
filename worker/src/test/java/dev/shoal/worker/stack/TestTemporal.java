package dev.shoal.worker.stack;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** The Temporal executable for tests: from the PATH, else installed once into {@code target}. */
final class TestTemporal {

  private TestTemporal() {}

  /** The environment of a stack that finds it; the test is skipped where there is none. */
  static Map<String, String> environment() {
    String path = System.getenv().getOrDefault("PATH", "");
    StackFolder cache = StackFolder.create(Path.of("target/temporal"));
    try {
      Path found =
          new TemporalExecutable(cache.resolve("cli"), path, cache.log("pip")).get(line -> {});
      // A file that does not exist: the configuration of whoever runs the tests stays out.
      return Map.of(
          "PATH", found.getParent() + ":" + path, "TEMPORAL_CONFIG_FILE", "target/no-such.toml");
    } catch (StackException e) {
      Assumptions.abort(e.getMessage());
      throw e;
    }
  }
}
