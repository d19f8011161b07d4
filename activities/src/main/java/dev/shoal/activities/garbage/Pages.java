package dev.shoal.activities.garbage;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The entries of a folder, some at a time; a folder with a million is never a list. */
final class Pages {

  private static final int SIZE = 200;

  private Pages() {}

  /** What is done with one page. */
  @FunctionalInterface
  interface Reader {

    /** Reads the page; its entries may be gone since. */
    void read(List<Path> page) throws IOException;
  }

  /** Nothing happens where there is no such folder. */
  static void of(Path folder, Reader reader) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    List<Path> page = new ArrayList<>(SIZE);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        page.add(entry);
        if (page.size() == SIZE) {
          reader.read(page);
          page.clear();
        }
      }
    }
    if (!page.isEmpty()) {
      reader.read(page);
    }
  }
}
