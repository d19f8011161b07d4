package dev.shoal.activities.garbage;

import dev.shoal.activities.store.DigestMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * Remembered digests that nobody asked for in {@link DigestMemory#KEPT}: those of files that moved,
 * changed or vanished are never asked for again. A wrong guess costs one file that is read again.
 */
final class DigestSweep {

  private final Sweep sweep;

  DigestSweep(Sweep sweep) {
    this.sweep = sweep;
  }

  void run() throws IOException {
    Pages.of(sweep.root().resolve("digests"), this::read);
  }

  private void read(List<Path> page) throws IOException {
    Instant limit = Instant.now().minus(DigestMemory.KEPT);
    for (Path entry : page) {
      if (isOlder(entry, limit)) {
        sweep.tallies().add("remembered digest", Files.size(entry));
        if (sweep.delete()) {
          Files.deleteIfExists(entry);
        }
      }
    }
  }

  /** False for one that its writer has renamed since. */
  private static boolean isOlder(Path entry, Instant limit) throws IOException {
    try {
      return Files.getLastModifiedTime(entry).toInstant().isBefore(limit);
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
