package dev.shoal.worker.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The state folder of the local stack, by default {@code .shoal} in Shoal's home.
 *
 * <pre>
 * stack.lock      held while the stack changes
 * ports.json      the ports taken last time
 * logs/           one file a service
 * temporal/       the Temporal executable, when Shoal installed it
 * temporal.db     every workflow
 * postgres/       executables, data, password
 * </pre>
 *
 * @param root the folder, absolute and without links: services are found by it in the process table
 */
record StackFolder(Path root) {

  /** {@code SHOAL_STATE}, else {@code .shoal} in {@code SHOAL_HOME} or in the working folder. */
  static StackFolder of(Map<String, String> environment) {
    String state = environment.getOrDefault("SHOAL_STATE", "");
    Path home = Path.of(environment.getOrDefault("SHOAL_HOME", ""));
    return create(state.isBlank() ? home.resolve(".shoal") : Path.of(state));
  }

  static StackFolder create(Path root) {
    try {
      Files.createDirectories(root.resolve("logs"));
      return new StackFolder(root.toRealPath());
    } catch (IOException e) {
      throw new StackException(
          "Cannot create the state folder "
              + root.toAbsolutePath()
              + " ("
              + e
              + "); set SHOAL_STATE to a folder that can be written.",
          e);
    }
  }

  Path resolve(String name) {
    return root.resolve(name);
  }

  LogFile log(String service) {
    return new LogFile(root.resolve("logs").resolve(service + ".log"));
  }

  Ports ports() {
    return new Ports(root.resolve("ports.json"));
  }

  /** Creates a folder below this one; repeats do nothing. */
  Path folder(String name) {
    try {
      return Files.createDirectories(root.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
