package dev.shoal.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.shoal.models.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;

@DisplayName(
    "The header of a safetensors file, whatever its bytes are, is read or refused by name:")
class SafetensorsHeaderFuzz {

  private static final Path FILE = Path.of("model.safetensors");

  /** Bytes that are said to follow a header; nothing is read from them. */
  private static final long DATA = 48;

  @FuzzTest
  @DisplayName("as a whole file")
  void file(byte[] bytes) throws IOException {
    check(bytes, bytes.length);
  }

  @FuzzTest
  @DisplayName("as JSON with data behind it")
  void json(byte[] json) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length).order(ByteOrder.LITTLE_ENDIAN);
    check(bytes.putLong(json.length).put(json).array(), bytes.capacity() + DATA);
  }

  private static void check(byte[] bytes, long size) throws IOException {
    SafetensorsHeader header;
    try {
      header = SafetensorsHeader.read(FILE, new ByteArrayInputStream(bytes), size);
    } catch (CheckpointFormatException refusal) {
      Refusal.check(refusal, "model.safetensors: ");
      return;
    }
    long data = 8 + ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    long covered = data;
    for (SafetensorsHeader.Entry entry : header.tensors().values()) {
      assertThat(entry.begin()).isEqualTo(covered);
      covered += entry.spec().bytes();
    }
    assertThat(covered).isEqualTo(size);
  }
}
