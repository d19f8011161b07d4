package dev.shoal.models.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The dialects of the kernels")
class DialectTest {

  private static final Path RESOURCES = Path.of("src/main/resources");

  @Test
  @DisplayName("have the same methods, but for those that a dialect calls alone")
  void sameMethods() throws IOException {
    List<Path> files = files();
    for (Path file : files) {
      for (Dialect dialect : Dialect.values()) {
        for (Dialect other : Dialect.values()) {
          if (file.toString().endsWith("." + dialect.label() + ".kernels")) {
            compare(files, file, sibling(file, dialect, other));
          }
        }
      }
    }
  }

  private static void compare(List<Path> all, Path file, Path sibling) throws IOException {
    assertThat(sibling).exists();
    List<String> known = methods(sibling);
    for (String method : methods(file)) {
      if (!known.contains(method)) {
        assertThat(callers(all, method)).as(method).containsOnly(file);
      }
    }
  }

  private static Path sibling(Path file, Dialect dialect, Dialect other) {
    String name = file.getFileName().toString();
    return file.resolveSibling(
        name.replace("." + dialect.label() + ".kernels", "." + other.label() + ".kernels"));
  }

  /** Whole lines: the types of parameters and results count. */
  private static List<String> methods(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.filter(line -> line.startsWith("  def ")).map(String::strip).toList();
    }
  }

  private static List<Path> callers(List<Path> all, String method) throws IOException {
    String call = "self." + method.substring("def ".length(), method.indexOf('(') + 1);
    Stream.Builder<Path> callers = Stream.builder();
    for (Path file : all) {
      if (Files.readString(file).contains(call)) {
        callers.add(file);
      }
    }
    return callers.build().toList();
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> walk = Files.walk(RESOURCES)) {
      return walk.filter(file -> file.toString().endsWith(".kernels")).toList();
    }
  }
}
