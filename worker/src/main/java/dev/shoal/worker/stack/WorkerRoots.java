package dev.shoal.worker.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The data roots of the worker in the background. Those it was given last hold until others are
 * asked for: who starts it again from another terminal must not take a run's files away.
 *
 * @param folder where they are remembered
 * @param asked SHOAL_DATA_ROOTS of the caller, if set
 */
record WorkerRoots(StackFolder folder, Optional<String> asked) {

  static final String VARIABLE = "SHOAL_DATA_ROOTS";

  /** Those to start with, if any were ever asked for. */
  Optional<String> now() {
    return asked.or(this::remembered);
  }

  /** Whether a worker that runs was given others. */
  boolean changed() {
    return asked.isPresent() && !asked.equals(remembered());
  }

  void remember() {
    now()
        .ifPresent(
            roots -> {
              try {
                Files.writeString(file(), roots);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  private Optional<String> remembered() {
    try {
      return Files.exists(file()) ? Optional.of(Files.readString(file())) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path file() {
    return folder.resolve("worker.data-roots");
  }
}
