package dev.shoal.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.shoal.models.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The index of a checkpoint's shards, whatever its bytes are,")
class CheckpointIndexFuzz {

  @TempDir static Path folder;

  @BeforeAll
  static void shard() throws IOException {
    Files.createFile(folder.resolve("a.safetensors"));
  }

  @FuzzTest
  @DisplayName("names files of the folder or is refused by name")
  void json(byte[] json) throws IOException {
    try {
      assertThat(CheckpointIndex.read(folder, json).values())
          .allMatch(shard -> shard.equals(folder.resolve("a.safetensors")));
    } catch (CheckpointFormatException refusal) {
      Refusal.check(refusal, "model.safetensors.index.json: ");
    }
  }
}
