package dev.shoal.activities.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A folder")
class FoldersTest {

  @Test
  @DisplayName("is as large as its files, and nothing once somebody has taken it away")
  void bytes(@TempDir Path root) throws IOException {
    Path folder = Files.createDirectories(root.resolve("a").resolve("b")).getParent();
    Files.writeString(folder.resolve("three"), "123");
    Files.writeString(folder.resolve("b").resolve("two"), "12");
    assertThat(Folders.bytes(folder)).isEqualTo(5);
    assertThat(Folders.bytes(root.resolve("gone"))).isZero();
  }
}
