package dev.shoal.worker.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A copy of a checkpoint")
class ExportCopyTest {

  @TempDir private Path folder;
  private Path source;

  @BeforeEach
  void checkpoint() throws IOException {
    source = Files.createDirectories(folder.resolve("store/deep")).getParent();
    Files.writeString(source.resolve("config.json"), "{}");
    Files.writeString(source.resolve("deep/model.safetensors"), "weights");
  }

  @Test
  @DisplayName("holds every file, in a new folder or an empty one")
  void holdsEveryFile() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    for (Path target : new Path[] {folder.resolve("new/moe"), empty}) {
      ExportCopy.copy(source, target);
      assertThat(target.resolve("deep/model.safetensors")).hasContent("weights");
      assertThat(target.resolve("config.json")).hasContent("{}");
    }
  }

  @Test
  @DisplayName("does not appear, and leaves nothing behind, where something is in the way")
  void leavesNothingBehind() throws IOException {
    Path full = Files.createDirectories(folder.resolve("out/full"));
    Files.writeString(full.resolve("mine.txt"), "mine");
    assertThatThrownBy(() -> ExportCopy.copy(source, full))
        .hasMessage(full + " is not empty; choose another folder, or empty it.");
    Path gone = folder.resolve("out/gone");
    assertThatThrownBy(() -> ExportCopy.copy(folder.resolve("absent"), gone))
        .hasMessageContaining("The checkpoint cannot be copied to " + gone);
    try (Stream<Path> left = Files.list(folder.resolve("out"))) {
      assertThat(left).containsExactly(full);
    }
  }
}
