package dev.shoal.activities.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The Hugging Face cache")
class HubCacheTest {

  private static final String OLD = "a".repeat(40);
  private static final String NEW = "b".repeat(40);

  @TempDir Path folder;
  private Path model;
  private HubCache cache;

  @BeforeEach
  void download() throws IOException {
    model = folder.resolve("models--org--some.model");
    ref("main", NEW);
    ref("refs/pr/1", OLD);
    Files.createDirectories(model.resolve("snapshots").resolve(OLD));
    Files.createDirectories(model.resolve("snapshots").resolve(NEW));
    cache = new HubCache(folder);
  }

  private void ref(String name, String commit) throws IOException {
    Path ref = model.resolve("refs").resolve(name);
    Files.createDirectories(ref.getParent());
    Files.writeString(ref, commit);
  }

  @Test
  @DisplayName("finds main, a branch, and a commit by itself")
  void finds() {
    assertThat(cache.find("org/some.model")).isEqualTo(model.resolve("snapshots").resolve(NEW));
    assertThat(cache.find("org/some.model@refs/pr/1"))
        .isEqualTo(model.resolve("snapshots").resolve(OLD));
    assertThat(cache.find("org/some.model@" + OLD))
        .isEqualTo(model.resolve("snapshots").resolve(OLD));
  }

  @Test
  @DisplayName("tells names from paths, and leaves no way up")
  void names() {
    assertThat(HubCache.names("org/name")).isTrue();
    assertThat(HubCache.names("org/name@v1.0")).isTrue();
    for (String path :
        new String[] {"name", "/org/name", "a/b/c", "../name", "org/..", "a/b@../c"}) {
      assertThat(HubCache.names(path)).as(path).isFalse();
    }
  }

  @Test
  @DisplayName("says where it looked and how to fetch what is not there")
  void absent() {
    assertThatThrownBy(() -> cache.find("org/other@v2"))
        .hasMessage(
            "org/other is not in the Hugging Face cache: there is no %s; fetch it with `hf download org/other --revision v2`, or give a folder",
            folder.resolve("models--org--other"));
    assertThatThrownBy(() -> cache.find("org/some.model@v2"))
        .hasMessage(
            "org/some.model has no revision 'v2' in the Hugging Face cache %s, which holds main, refs/pr/1 (commits: %s, %s); fetch it with `hf download org/some.model --revision v2`",
            model, OLD, NEW);
  }

  @Test
  @DisplayName("says when a revision's files are gone or its name was damaged")
  void damaged() throws IOException {
    Files.delete(model.resolve("snapshots").resolve(NEW));
    assertThatThrownBy(() -> cache.find("org/some.model"))
        .hasMessage(
            "org/some.model at 'main' is not in the Hugging Face cache: there is no %s, only main, refs/pr/1 (commits: %s); fetch it with `hf download org/some.model`",
            model.resolve("snapshots").resolve(NEW), OLD);
    ref("main", "../../../elsewhere");
    assertThatThrownBy(() -> cache.find("org/some.model"))
        .hasMessage(
            "%s holds no commit of 40 hexadecimal digits; delete it and fetch the model again",
            model.resolve("refs").resolve("main"));
  }
}
