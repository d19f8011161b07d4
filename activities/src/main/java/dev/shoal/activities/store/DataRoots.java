package dev.shoal.activities.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The folders that a worker may read below, whatever a request says. */
public final class DataRoots {

  /** As many as Linux follows; more are a circle. */
  private static final int LINKS = 40;

  private final List<Path> roots;

  /** Roots that do not exist admit nothing. */
  public DataRoots(List<Path> roots) {
    this.roots = List.copyOf(roots);
  }

  /**
   * Why a path must not be read, or null. Links are followed before the answer, those that lead
   * nowhere, too; {@code ..} is read both as text and after links, as the system does.
   */
  public String refusal(Path path) {
    Path named = path.toAbsolutePath().normalize();
    Path real = real(named);
    Path asSystem = real(path.toAbsolutePath());
    if (isInside(real) && isInside(asSystem)) {
      return null;
    }
    Path outside = isInside(real) ? asSystem : real;
    return "%s is outside the data roots %s; move it there or add its folder to SHOAL_DATA_ROOTS, with which `shoal up -d` starts the worker again"
        .formatted(outside.equals(named) ? path : path + ", a link to " + outside + ",", roots);
  }

  private boolean isInside(Path real) {
    return roots.stream().map(root -> real(root.toAbsolutePath())).anyMatch(real::startsWith);
  }

  /** An absolute path as it is; a relative one below the first root that has it. */
  public Path resolve(String path) {
    Path given = Path.of(path);
    if (given.isAbsolute()) {
      return given.normalize();
    }
    String first = given.getName(0).toString();
    Path root =
        roots.stream()
            .filter(r -> Files.exists(r.resolve(first)))
            .findFirst()
            .orElse(Path.of("").toAbsolutePath());
    return root.toAbsolutePath().resolve(given).normalize();
  }

  /** The roots as configured. */
  public List<Path> list() {
    return roots;
  }

  private static Path real(Path path) {
    return real(path, LINKS);
  }

  /** The real path of the longest part that exists, with the rest appended. */
  private static Path real(Path path, int links) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      Path parent = path.getParent();
      if (parent == null || links == 0) {
        return path.normalize();
      }
      return Files.isSymbolicLink(path)
          ? real(parent.resolve(target(path)), links - 1)
          : real(parent, links).resolve(path.getFileName()).normalize();
    }
  }

  private static Path target(Path link) {
    try {
      return Files.readSymbolicLink(link);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
