package dev.shoal.activities.garbage;

import dev.shoal.activities.store.Folders;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * How a folder leaves the store: renamed into {@code trash}, looked at again, renamed to {@code
 * *.gone}, then deleted. An artifact that a worker stored again in the meantime goes back.
 */
final class Trash {

  private static final String GONE = ".gone";
  private static final int DIGEST = 64;

  private final Path root;
  private final Path trash;
  private final Duration grace;
  private final Consumer<String> witness;
  private int taken;

  /**
   * Below the root of a store.
   *
   * @param witness is told after each step
   */
  Trash(Path root, Duration grace, Consumer<String> witness) {
    this.root = root;
    this.trash = root.resolve("trash");
    this.grace = grace;
    this.witness = witness;
  }

  /** Whether something was stored or renewed within the grace; false if it is not there. */
  boolean isYoung(Path path) throws IOException {
    try {
      Instant changed = Files.getLastModifiedTime(path).toInstant();
      return changed.plus(grace).isAfter(Instant.now());
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Takes an artifact's folder away; false if it was stored again just now. */
  boolean take(Path place) throws IOException {
    Path aside = aside(place.getFileName().toString());
    return !isYoung(place) && (!renamed(place, aside) || settle(aside));
  }

  /** Takes away what only its own attempt would look for; false if it is not there any more. */
  boolean discard(Path place, String name) throws IOException {
    Path gone = aside(name + GONE);
    boolean there = renamed(place, gone);
    if (there) {
      delete(gone);
    }
    return there;
  }

  /** Ends what a collection that was killed had begun. */
  void sweep(Tallies tallies, boolean delete) throws IOException {
    Pages.of(
        trash,
        page -> {
          for (Path left : page) {
            tallies.add("unfinished deletion", Folders.bytes(left));
            if (delete && left.toString().endsWith(GONE)) {
              delete(left);
            } else if (delete) {
              settle(left);
            }
          }
        });
  }

  private Path aside(String name) throws IOException {
    Files.createDirectories(trash);
    String number = ProcessHandle.current().pid() + "-" + taken++;
    return trash.resolve(
        name.endsWith(GONE)
            ? name.substring(0, name.length() - GONE.length()) + "." + number + GONE
            : name + "." + number);
  }

  private boolean renamed(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      witness.accept("renamed");
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** A renewal shows in the folder's time wherever the folder was by then. */
  private boolean settle(Path aside) throws IOException {
    if (isYoung(aside) && restored(aside)) {
      return false;
    }
    Path gone = aside.resolveSibling(aside.getFileName() + GONE);
    Files.move(aside, gone, StandardCopyOption.ATOMIC_MOVE);
    witness.accept("settled");
    delete(gone);
    return true;
  }

  private boolean restored(Path aside) throws IOException {
    String digest = aside.getFileName().toString().substring(0, DIGEST);
    Path place = root.resolve("objects").resolve(digest.substring(0, 2)).resolve(digest);
    try {
      Files.createDirectories(place.getParent());
      Files.move(aside, place, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (FileSystemException e) {
      if (!Files.isDirectory(place)) {
        throw e;
      }
      return false; // the worker has put its own there
    }
  }

  private void delete(Path gone) throws IOException {
    Folders.delete(gone);
    witness.accept("deleted");
  }
}
