package dev.shoal.worker.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Refuses to start on a full disk, which servers report late and in their own words. */
final class DiskSpace {

  private static final int MIB = 20; // as a shift

  private DiskSpace() {}

  static void require(Path folder, long mebibytes) {
    long free = usable(folder) >> MIB;
    if (free < mebibytes) {
      throw new StackException(
          "%s has %d MiB free, the local stack needs %d MiB; free some space or set SHOAL_STATE to a folder on another disk."
              .formatted(folder, free, mebibytes));
    }
  }

  private static long usable(Path folder) {
    try {
      return Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
