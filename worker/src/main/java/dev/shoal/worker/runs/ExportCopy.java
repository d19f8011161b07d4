package dev.shoal.worker.runs;

import dev.shoal.worker.wiring.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Hands a finished checkpoint out of the store: complete under its name, or not there. */
public final class ExportCopy {

  private ExportCopy() {}

  /**
   * Refuses a place that holds something.
   *
   * @throws UserError unless the folder is empty or absent
   */
  public static void requireFree(Path target) {
    try (Stream<Path> entries = Files.exists(target) ? Files.list(target) : Stream.empty()) {
      if (entries.findAny().isPresent()) {
        throw UserError.wrongUse(
            "%s is not empty; choose another folder, or empty it.".formatted(target));
      }
    } catch (IOException e) {
      throw UserError.wrongUse("%s is not a folder that can be read.".formatted(target));
    }
  }

  /** Copies beside the target, then renames. */
  public static void copy(Path source, Path target) {
    requireFree(target);
    Path absolute = target.toAbsolutePath();
    Path beside =
        absolute.resolveSibling(
            ".%s.partial-%d".formatted(absolute.getFileName(), ProcessHandle.current().pid()));
    try {
      Files.createDirectories(absolute.getParent());
      copyTree(source, beside);
      Files.move(beside, absolute, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      delete(beside);
      throw UserError.failed(
          "The checkpoint cannot be copied to %s (%s); it is at %s."
              .formatted(target, e.getMessage(), source),
          e);
    }
  }

  private static void copyTree(Path source, Path target) throws IOException {
    try (Stream<Path> tree = Files.walk(source)) {
      for (Path path : (Iterable<Path>) tree::iterator) {
        Path copy = target.resolve(source.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(path, copy); // follows links: a checkpoint may link into the store
        }
      }
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> tree = Files.exists(folder) ? Files.walk(folder) : Stream.empty()) {
      List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      // What is left has a name that says it is partial.
    }
  }
}
