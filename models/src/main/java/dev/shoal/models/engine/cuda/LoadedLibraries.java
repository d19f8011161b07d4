package dev.shoal.models.engine.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Where this process found its native libraries; Linux alone. */
final class LoadedLibraries {

  private LoadedLibraries() {}

  /** A loaded library by its file name. */
  static Path require(String file) {
    return paths().stream()
        .filter(path -> path.endsWith(file))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(file + " is not loaded"));
  }

  /** A library that lies beside any loaded one and whose name begins so. */
  static Optional<Path> beside(String prefix) {
    TreeSet<Path> folders = new TreeSet<>();
    paths().forEach(path -> folders.add(path.getParent()));
    return folders.stream().flatMap(folder -> named(folder, prefix).stream()).findFirst();
  }

  private static List<Path> named(Path folder, String prefix) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.getFileName().toString().startsWith(prefix)).sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static List<Path> paths() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines
          .filter(line -> line.contains(".so") && line.indexOf('/') > 0)
          .map(line -> Path.of(line.substring(line.indexOf('/'))))
          .distinct()
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException("the loaded libraries cannot be listed", e);
    }
  }
}
