package dev.shoal.activities.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.workflows.ArtifactRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The artifact store")
class StoreTest {

  @TempDir Path root;

  private FolderArtifactStore store() {
    return new FolderArtifactStore(root, new DigestMemory(root.resolve("digests")));
  }

  private static ArtifactRef put(FolderArtifactStore store, String work, String text)
      throws IOException {
    Path folder = store.workFolder(work);
    Files.createDirectories(folder.resolve("train"));
    Files.writeString(folder.resolve("train").resolve("ids.txt"), text);
    return store.put(folder, "tokens");
  }

  @Test
  @DisplayName("names equal content alike, keeps it once and takes the folder over")
  void contentAddressed() throws IOException {
    FolderArtifactStore store = store();
    ArtifactRef first = put(store, "a", "1 2 3");
    ArtifactRef second = put(store, "b", "1 2 3");
    ArtifactRef other = put(store, "c", "1 2 4");
    assertThat(second).isEqualTo(first);
    assertThat(other.sha256()).isNotEqualTo(first.sha256());
    assertThat(first.bytes()).isEqualTo(5);
    assertThat(root.resolve("work")).isEmptyDirectory();
    assertThat(store.open(first).resolve("train").resolve("ids.txt")).hasContent("1 2 3");
  }

  @Test
  @DisplayName("says when an artifact's file changed, and puts it right when it is made again")
  void damaged() throws IOException {
    FolderArtifactStore store = store();
    ArtifactRef artifact = put(store, "a", "1 2 3");
    Files.writeString(store.locate(artifact.sha256()).resolve("train").resolve("ids.txt"), "1 2 9");
    assertThatThrownBy(() -> store.open(artifact))
        .isInstanceOf(ArtifactDamagedException.class)
        .hasMessageContaining("(tokens) has changed files in");
    assertThat(put(store, "b", "1 2 3")).isEqualTo(artifact);
    assertThat(store.open(artifact).resolve("train").resolve("ids.txt")).hasContent("1 2 3");
  }

  @Test
  @DisplayName("says when an artifact is gone")
  void missing() {
    ArtifactRef gone = new ArtifactRef("ab".repeat(32), "experts", 1);
    assertThatThrownBy(() -> store().open(gone))
        .hasMessageContaining("artifact abababababab (experts) is missing from");
  }
}
