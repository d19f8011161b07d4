package dev.shoal.models.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A GGUF file")
class GgufFileTest {

  private static final GgufMetadata METADATA =
      new GgufMetadata().put("n", 7).put("e", 1e-5f).put("t", List.of("é", "")).put("b", true);
  private static final List<GgufTensor> TENSORS =
      List.of(
          new GgufTensor("v", GgufType.F32, List.of(3L)),
          new GgufTensor("w", GgufType.BF16, List.of(2L, 1L)));

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void write() {
    file = folder.resolve("x.gguf");
    try (GgufWriter writer = new GgufWriter(file, METADATA, TENSORS)) {
      writer.write("w", new float[] {1}); // in any order, in slices
      writer.write("v", new float[] {1, 2, 3});
      writer.write("w", new float[] {-2});
    }
  }

  @Test
  @DisplayName("is magic, version, counts, keys, tensors with axes reversed, and data at 32 bytes")
  void bytes() throws IOException {
    ByteBuffer expected = ByteBuffer.allocate(320).order(ByteOrder.LITTLE_ENDIAN);
    expected.put(ascii("GGUF")).putInt(3).putLong(2).putLong(4); // 24
    expected.putLong(1).put(ascii("n")).putInt(4).putInt(7); // uint32
    expected.putLong(1).put(ascii("e")).putInt(6).putFloat(1e-5f); // float32
    expected.putLong(1).put(ascii("t")).putInt(9).putInt(8).putLong(2); // 2 strings
    expected.putLong(2).put((byte) 0xc3).put((byte) 0xa9).putLong(0); // é, empty
    expected.putLong(1).put(ascii("b")).putInt(7).put((byte) 1); // bool
    expected.putLong(1).put(ascii("v")).putInt(1).putLong(3).putInt(0).putLong(0);
    expected.putLong(1).put(ascii("w")).putInt(2).putLong(1).putLong(2).putInt(30).putLong(32);
    assertThat(expected.position()).isEqualTo(24 + 17 + 17 + 25 + 18 + 14 + 33 + 41); // 189
    expected.position(192).putFloat(1).putFloat(2).putFloat(3);
    expected.position(224).putShort((short) 0x3f80).putShort((short) 0xc000);
    assertThat(Files.readAllBytes(file)).isEqualTo(Arrays.copyOf(expected.array(), 256));
    assertThat(folder).isDirectoryContaining("glob:**x.gguf");
  }

  @Test
  @DisplayName("is read as it was written")
  void read() {
    GgufFile read = GgufFile.open(file);
    assertThat(read.metadata().keys()).containsExactly("n", "e", "t", "b");
    assertThat(read.metadata().integer("n")).isEqualTo(7);
    assertThat(read.metadata().decimal("e")).isEqualTo(1e-5);
    assertThat(read.metadata().texts("t")).containsExactly("é", "");
    assertThat(read.metadata().get("b")).isEqualTo(true);
    assertThat(read.names()).containsExactly("v", "w");
    assertThat(read.tensor("w")).isEqualTo(TENSORS.get(1));
    assertThat(read.offset("w")).isEqualTo(224);
    assertThat(read.floats("v")).containsExactly(1, 2, 3);
    assertThat(read.floats("w")).containsExactly(1, -2);
  }

  @Test
  @DisplayName("says what is wrong with it")
  void faults() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    assertThatThrownBy(() -> opened(Arrays.copyOf(bytes, 100)))
        .hasMessage(
            "bad.gguf: the header is cut off, expected a whole file; export the model again");
    assertThatThrownBy(() -> opened(Arrays.copyOf(bytes, 225)))
        .hasMessage(
            "bad.gguf: tensor 'w' is cut off, expected in the file whole; export the model again");
    byte[] otherType = bytes.clone();
    otherType[177] = 12;
    assertThatThrownBy(() -> opened(otherType))
        .hasMessage(
            "bad.gguf: tensor 'w' is of type 12, expected F32, F16, BF16 or Q8_0; export the model again");
    bytes[0] = 'X';
    assertThatThrownBy(() -> opened(bytes))
        .hasMessage(
            "bad.gguf: the file begins otherwise, expected the letters GGUF; export the model again");
    assertThatThrownBy(() -> GgufFile.open(file).floats("x"))
        .hasMessage("x.gguf: tensor 'x' is missing, expected in the file; export the model again");
  }

  @Test
  @DisplayName("does not appear until every value is there")
  void incomplete() {
    Path other = folder.resolve("y.gguf");
    GgufWriter writer = new GgufWriter(other, METADATA, TENSORS);
    writer.write("v", new float[] {1, 2, 3});
    assertThatThrownBy(writer::close).hasMessage("tensor 'w' has 0 of 2 values");
    assertThat(other).doesNotExist();
  }

  private void opened(byte[] bytes) throws IOException {
    GgufFile.open(Files.write(folder.resolve("bad.gguf"), bytes));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
