package dev.shoal.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.io.FileUtils;

/**
 * The programs of Temporal and PostgreSQL, which the first stack of a test run installs and all
 * later ones link to: 260 MB that need not be unpacked for every test.
 */
final class SharedServers {

  private static final List<String> PROGRAMS = List.of("temporal", "postgres/pgsql-17");

  private static Path shared; // null until a stack has installed all of them

  private SharedServers() {}

  /** Links the programs into the folder of a new stack, if there are any yet. */
  static synchronized void into(Path state) {
    if (shared == null) {
      return;
    }
    try {
      for (String program : PROGRAMS) {
        Path link = state.resolve(program);
        if (!Files.exists(link)) {
          Files.createDirectories(link.getParent());
          Files.createSymbolicLink(link, shared.resolve(program));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes the links away; a folder that is deleted should hold none that lead out of it. */
  static void outOf(Path state) {
    try {
      for (String program : PROGRAMS) {
        if (Files.isSymbolicLink(state.resolve(program))) {
          Files.delete(state.resolve(program));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keeps a copy of the programs that a stack has installed, if it is the first. */
  static synchronized void from(Path state) {
    boolean complete = PROGRAMS.stream().allMatch(p -> Files.isDirectory(state.resolve(p)));
    if (shared != null || !complete) {
      return;
    }
    try {
      Path folder = Files.createTempDirectory("servers");
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> FileUtils.deleteQuietly(folder.toFile())));
      for (String program : PROGRAMS) {
        Path copy = folder.resolve(program);
        Files.createDirectories(copy.getParent());
        copy(state.resolve(program), copy);
      }
      folder.toFile().setReadable(true, false); // PostgreSQL may run as another user
      folder.toFile().setExecutable(true, false);
      shared = folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With links and permissions, as {@code cp -a} does it. */
  private static void copy(Path from, Path to) throws IOException {
    try {
      Process copying =
          new ProcessBuilder("cp", "-a", from.toString(), to.toString()).inheritIO().start();
      if (copying.waitFor() != 0) {
        throw new IOException("cp -a " + from + " " + to + " failed");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
