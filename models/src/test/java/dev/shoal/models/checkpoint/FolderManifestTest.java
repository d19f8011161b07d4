package dev.shoal.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A folder's manifest")
class FolderManifestTest {

  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir Path folder;

  @Test
  @DisplayName("lists files by path with size and digest")
  void lists() throws IOException {
    Files.createDirectories(folder.resolve("sub"));
    Files.writeString(folder.resolve("sub/a"), "abc");
    Files.writeString(folder.resolve("b"), "");
    FolderManifest manifest = FolderManifest.of(folder);
    assertThat(manifest.files())
        .containsExactly(
            new FolderManifest.Entry("b", 0, Sha256.of(new byte[0])),
            new FolderManifest.Entry("sub/a", 3, ABC));
    assertThat(FolderManifest.fromJson(manifest.toJson())).isEqualTo(manifest);
    assertThat(manifest.sha256()).isEqualTo(Sha256.of(CanonicalJson.bytes(manifest.toJson())));
  }

  @Test
  @DisplayName("names what was lost, changed and added")
  void differences() throws IOException {
    Files.writeString(folder.resolve("lost"), "1");
    Files.writeString(folder.resolve("same"), "1");
    Files.writeString(folder.resolve("other"), "1");
    FolderManifest manifest = FolderManifest.of(folder);
    assertThat(manifest.differences(folder)).isEmpty();
    Files.delete(folder.resolve("lost"));
    Files.writeString(folder.resolve("other"), "2");
    Files.writeString(folder.resolve("new"), "1");
    assertThat(manifest.differences(folder))
        .containsExactly("missing lost", "changed other", "extra new");
  }

  @Test
  @DisplayName("is refused where an entry has no digest")
  void malformed() {
    assertThatThrownBy(
            () ->
                FolderManifest.fromJson(
                    new ObjectMapper().readTree("{\"files\":[{\"path\":\"a\",\"size\":1}]}")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @DisplayName("rests on canonical JSON: keys sorted at every depth, nothing between")
  void canonical() throws IOException {
    String json = "{ \"b\" : [ 1, {\"z\":null, \"a\":1.50} ], \"a\": \"\u00fc\" }";
    byte[] bytes = CanonicalJson.bytes(new ObjectMapper().readTree(json));
    assertThat(new String(bytes, StandardCharsets.UTF_8))
        .isEqualTo("{\"a\":\"\u00fc\",\"b\":[1,{\"a\":1.5,\"z\":null}]}");
  }
}
