package dev.shoal.models.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The sample in ops/sample")
class ShippedSampleTest {

  private static final Path SHIPPED = Path.of("..", "ops", "sample");

  @TempDir static Path made;

  @BeforeAll
  static void makeAgain() throws IOException {
    Map<String, List<String>> documents = Sample.writeCorpora(made.resolve("corpora"));
    Path model = Files.createDirectories(made.resolve("model"));
    Sample.writeTokenizer(documents, model);
    SampleTasks.write(made.resolve("tasks"));
  }

  @Test
  @DisplayName("has the corpora that the generator writes")
  void corpora() throws IOException {
    for (SampleDomain domain : SampleCorpora.domains()) {
      for (String part : List.of("train", "eval")) {
        Path file = Path.of("corpora", domain.name(), part + ".jsonl.gz");
        // The text is compared, not the archive: versions of zlib compress differently.
        assertThat(text(SHIPPED.resolve(file))).as("%s", file).isEqualTo(text(made.resolve(file)));
      }
    }
  }

  @Test
  @DisplayName("has the tokenizer that the trainer writes")
  void tokenizer() {
    for (String file : List.of("model/tokenizer.json", "model/tokenizer_config.json")) {
      assertThat(SHIPPED.resolve(file)).hasSameTextualContentAs(made.resolve(file));
    }
  }

  @Test
  @DisplayName("has the tasks that the generator writes")
  void tasks() {
    for (String file : List.of("tasks/steps.jsonl", "tasks/multiples.jsonl")) {
      assertThat(SHIPPED.resolve(file)).hasSameTextualContentAs(made.resolve(file));
    }
  }

  @Test
  @DisplayName("takes less than 4 MB")
  void size() throws IOException {
    try (Stream<Path> files = Files.walk(SHIPPED).filter(Files::isRegularFile)) {
      assertThat(files.mapToLong(file -> file.toFile().length()).sum()).isLessThan(4_000_000);
    }
  }

  private static byte[] text(Path file) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return in.readAllBytes();
    }
  }
}
