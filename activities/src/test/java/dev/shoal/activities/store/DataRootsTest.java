package dev.shoal.activities.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Data roots")
class DataRootsTest {

  @TempDir Path folder;
  private Path inside;
  private Path outside;
  private DataRoots roots;

  @BeforeEach
  void create() throws IOException {
    inside = Files.createDirectories(folder.resolve("data"));
    outside = Files.createDirectories(folder.resolve("secret"));
    Files.writeString(outside.resolve("key"), "1");
    roots = new DataRoots(List.of(inside));
  }

  private Path link(String name, Path target) throws IOException {
    return Files.createSymbolicLink(inside.resolve(name), target);
  }

  @Test
  @DisplayName("admit what is below them, whether it exists or not")
  void admit() throws IOException {
    Files.createDirectories(inside.resolve("model"));
    assertThat(roots.refusal(inside)).isNull();
    assertThat(roots.refusal(inside.resolve("model"))).isNull();
    assertThat(roots.refusal(inside.resolve("to/come.jsonl"))).isNull();
    assertThat(roots.refusal(inside.resolve("*.jsonl"))).isNull();
    assertThat(roots.resolve("model")).isEqualTo(inside.resolve("model"));
  }

  @Test
  @DisplayName("refuse their neighbours, also one whose name begins alike, and ways up")
  void neighbours() throws IOException {
    assertThat(roots.refusal(outside.resolve("key")))
        .isEqualTo(
            outside.resolve("key")
                + " is outside the data roots ["
                + inside
                + "]; move it there or add its folder to SHOAL_DATA_ROOTS, with which `shoal up -d`"
                + " starts the worker again");
    assertThat(roots.refusal(folder.resolve("data-of-others/x"))).contains("is outside");
    assertThat(roots.refusal(inside.resolve("../secret/key"))).contains("is outside");
    assertThat(roots.refusal(inside.resolve("none/../../secret/none"))).contains("is outside");
    assertThat(roots.refusal(roots.resolve("../secret/key"))).contains("is outside");
  }

  @Test
  @DisplayName(
      "refuse links to a file, to a folder, along a chain and to nothing, and name the end")
  void links() throws IOException {
    Path key = outside.resolve("key");
    link("file", key);
    link("folder", outside);
    link("first", Path.of("second"));
    link("second", Path.of("folder/key"));
    link("dangling", outside.resolve("to-come"));
    for (String path : List.of("file", "folder/key", "first")) {
      assertThat(roots.refusal(inside.resolve(path)))
          .startsWith(inside.resolve(path) + ", a link to " + key + ", is outside the data roots");
    }
    assertThat(roots.refusal(inside.resolve("dangling"))).contains("to-come, is outside");
    assertThat(roots.refusal(inside.resolve("dangling/below"))).contains("to-come/below, is");
  }

  @Test
  @DisplayName("refuse a way up from where a link leads, which as text would stay inside")
  void upFromALink() throws IOException {
    Files.createDirectories(outside.resolve("deep"));
    link("deep", outside.resolve("deep"));
    assertThat(roots.refusal(inside.resolve("deep/../key"))).contains("is outside");
  }

  @Test
  @DisplayName("admit links that stay inside, and survive a circle")
  void staysInside() throws IOException {
    Files.writeString(Files.createDirectories(inside.resolve("blobs")).resolve("b1"), "1");
    link("weights", Path.of("blobs/b1"));
    link("circle", Path.of("circle"));
    assertThat(roots.refusal(inside.resolve("weights"))).isNull();
    assertThat(roots.refusal(inside.resolve("circle"))).isNull();
    assertThat(Files.exists(inside.resolve("circle"))).isFalse();
  }

  @Test
  @DisplayName("may be links themselves, and look again each time they are asked")
  void looksAgain() throws IOException {
    Path alias = Files.createSymbolicLink(folder.resolve("alias"), inside);
    roots = new DataRoots(List.of(alias));
    Path corpus = Files.writeString(inside.resolve("corpus.jsonl"), "{}");
    assertThat(roots.refusal(alias.resolve("corpus.jsonl"))).isNull();
    assertThat(roots.refusal(corpus)).isNull();
    Files.delete(corpus);
    link("corpus.jsonl", outside.resolve("key"));
    assertThat(roots.refusal(corpus)).contains("a link to " + outside.resolve("key"));
  }

  @Test
  @DisplayName("that do not exist admit nothing but what would be below them")
  void absent() {
    roots = new DataRoots(List.of(folder.resolve("none")));
    assertThat(roots.refusal(inside)).contains("is outside");
  }
}
