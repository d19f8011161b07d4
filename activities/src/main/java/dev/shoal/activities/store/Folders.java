package dev.shoal.activities.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** Deleting, linking and syncing whole folders. */
public final class Folders {

  private Folders() {}

  /** Deletes a folder with everything in it; nothing happens where there is none. */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    for (Path path : deepestFirst(folder)) {
      Files.deleteIfExists(path);
    }
  }

  /** Size of all files below a folder. */
  public static long bytes(Path folder) throws IOException {
    long bytes = 0;
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Iterator<Path> all = paths.iterator(); all.hasNext(); ) {
        BasicFileAttributes file = Files.readAttributes(all.next(), BasicFileAttributes.class);
        bytes += file.isRegularFile() ? file.size() : 0;
      }
    }
    return bytes;
  }

  /** Gives the files of a folder a second place, as copies where the file system has no links. */
  public static void link(Path folder, Path place) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Path second = place.resolve(file.getFileName());
        try {
          Files.createLink(second, file);
        } catch (UnsupportedOperationException | FileSystemException e) {
          Files.copy(file, second);
        }
      }
    }
  }

  /** Makes every file and folder entry durable. */
  public static void sync(Path folder) throws IOException {
    for (Path path : deepestFirst(folder)) {
      syncEntry(path);
    }
  }

  static void syncEntry(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static List<Path> deepestFirst(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.sorted(Comparator.reverseOrder()).toList();
    }
  }
}
