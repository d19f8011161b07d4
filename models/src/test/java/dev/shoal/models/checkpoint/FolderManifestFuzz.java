package dev.shoal.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.models.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;

@DisplayName("A folder's manifest, whatever its bytes are,")
class FolderManifestFuzz {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path FOLDER = Path.of("/folder");

  @FuzzTest
  @DisplayName("names files within the folder or is refused by name")
  void json(byte[] bytes) {
    JsonNode json;
    try {
      json = JSON.readTree(bytes);
    } catch (IOException noJson) {
      return; // whoever stored it says so
    }
    FolderManifest manifest;
    try {
      manifest = FolderManifest.fromJson(json);
    } catch (IllegalArgumentException refusal) {
      Refusal.check(refusal, "manifest");
      return;
    }
    assertThat(FolderManifest.fromJson(manifest.toJson())).isEqualTo(manifest);
    for (FolderManifest.Entry file : manifest.files()) {
      assertThat(file.size()).isNotNegative();
      Path place = FOLDER.resolve(file.path()).normalize();
      assertThat(place.startsWith(FOLDER) && !place.equals(FOLDER)).isTrue();
    }
  }
}
