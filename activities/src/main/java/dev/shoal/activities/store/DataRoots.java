package dev.shoal.activities.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The folders that a worker may read below, whatever a request says. */
public final class DataRoots {

  private final List<Path> roots;

  /** Roots that do not exist admit nothing. */
  public DataRoots(List<Path> roots) {
    this.roots = List.copyOf(roots);
  }

  /** Why a path must not be read, or null; links are followed before the answer. */
  public String refusal(Path path) {
    Path real = real(path.toAbsolutePath().normalize());
    boolean inside = roots.stream().map(DataRoots::real).anyMatch(real::startsWith);
    if (inside) {
      return null;
    }
    Path named = path.toAbsolutePath().normalize();
    return "%s is outside the data roots %s; move it there or add its folder to SHOAL_DATA_ROOTS, with which `shoal up -d` starts the worker again"
        .formatted(real.equals(named) ? path : path + ", a link to " + real + ",", roots);
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

  /** The real path of the longest part that exists, with the rest appended. */
  private static Path real(Path path) {
    Path normal = path.toAbsolutePath().normalize();
    try {
      if (Files.exists(normal)) {
        return normal.toRealPath();
      }
    } catch (IOException e) {
      return normal;
    }
    Path parent = normal.getParent();
    return parent == null ? normal : real(parent).resolve(normal.getFileName());
  }
}
