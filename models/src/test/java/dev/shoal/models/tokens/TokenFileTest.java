package dev.shoal.models.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.models.checkpoint.CheckpointFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A token file")
class TokenFileTest {

  @TempDir Path folder;

  private void write() {
    try (TokenWriter writer = new TokenWriter(folder)) {
      writer.add(new int[] {1, 2, 3});
      writer.add(new int[0]);
      writer.add(new int[] {70_000, -1});
      assertThat(writer.count()).isEqualTo(5);
    }
  }

  @Test
  @DisplayName("gives documents back with their bounds")
  void roundTrip() throws IOException {
    write();
    TokenFile file = TokenFile.open(folder);
    int[] ids = new int[5];
    file.read(0, ids);
    assertThat(ids).containsExactly(1, 2, 3, 70_000, -1);
    int[] middle = new int[2];
    file.read(2, middle);
    assertThat(middle).containsExactly(3, 70_000);
    assertThat(file.count()).isEqualTo(5);
    assertThat(file.documents()).isEqualTo(3);
    assertThat(file.documentEnd(1)).isEqualTo(3);
    assertThatThrownBy(() -> file.read(4, new int[2]))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(Files.readAllBytes(folder.resolve("ids.bin"))).startsWith(1, 0, 0, 0, 2);
  }

  @Test
  @DisplayName("may be empty")
  void empty() {
    new TokenWriter(folder).close();
    assertThat(TokenFile.open(folder).count()).isZero();
    assertThat(TokenFile.open(folder).documents()).isZero();
  }

  @Test
  @DisplayName("is refused where its two parts do not fit")
  void broken() throws IOException {
    assertThatThrownBy(() -> TokenFile.open(folder))
        .hasMessage(
            "ids.bin: the file is missing, expected a file written by the tokenize stage; tokenize"
                + " the data set again");
    write();
    Files.write(folder.resolve("ids.bin"), new byte[16]);
    assertThatThrownBy(() -> TokenFile.open(folder))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessage(
            "documents.bin: the last document ends at 5, expected the last token, 4; tokenize the"
                + " data set again");
    Files.write(folder.resolve("ids.bin"), new byte[17]);
    assertThatThrownBy(() -> TokenFile.open(folder)).hasMessageContaining("17 bytes");
  }
}
