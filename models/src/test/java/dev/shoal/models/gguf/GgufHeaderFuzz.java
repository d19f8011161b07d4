package dev.shoal.models.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.shoal.models.Refusal;
import dev.shoal.models.checkpoint.CheckpointFormatException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The header of a GGUF file, whatever its bytes are,")
class GgufHeaderFuzz {

  private static final Path FILE = Path.of("model.gguf");

  @FuzzTest
  @DisplayName("names tensors within the file or is refused by name")
  void file(byte[] bytes) {
    GgufHeaderReader header;
    try {
      header = GgufHeaderReader.read(FILE, ByteBuffer.wrap(bytes), bytes.length);
    } catch (CheckpointFormatException refusal) {
      Refusal.check(refusal, "model.gguf: ");
      return;
    }
    for (GgufHeaderReader.Entry entry : header.tensors().values()) {
      assertThat(entry.begin()).isBetween(0L, (long) bytes.length);
      assertThat(entry.tensor().bytes()).isBetween(0L, bytes.length - entry.begin());
    }
  }
}
