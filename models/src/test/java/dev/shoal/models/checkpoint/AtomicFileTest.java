package dev.shoal.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A file that several write at once")
class AtomicFileTest {

  @Test
  @DisplayName("is whole whenever it is read, and no writer fails or leaves something behind")
  void amongOthers(@TempDir Path folder) throws Exception {
    byte[] content = new byte[100_000];
    Arrays.fill(content, (byte) 7);
    Path file = folder.resolve("scan.json");
    AtomicFile.writeAmongOthers(file, content);

    IntStream.range(0, 100)
        .parallel()
        .forEach(
            i -> {
              AtomicFile.writeAmongOthers(file, content);
              assertThat(file).hasBinaryContent(content);
            });

    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }
}
