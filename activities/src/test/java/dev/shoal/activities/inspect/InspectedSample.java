package dev.shoal.activities.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.shoal.activities.devices.WorkerDevices;
import dev.shoal.activities.stage.Failures;
import dev.shoal.activities.store.DataRoots;
import dev.shoal.activities.store.DigestMemory;
import dev.shoal.activities.store.HubCache;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A copy of the sample model with two small corpora, and an inspector that may read them. */
abstract class InspectedSample {

  static final Path SAMPLE = Path.of("..", "ops", "sample").toAbsolutePath().normalize();
  static final long AMPLE = 1L << 40;

  @TempDir Path root;
  @TempDir Path elsewhere;
  Path model;
  Path corpora;
  Path hub;

  @BeforeEach
  void copySample() throws IOException {
    model = Files.createDirectory(root.resolve("model"));
    try (Stream<Path> files = Files.list(SAMPLE.resolve("model"))) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    corpora = Files.createDirectory(root.resolve("corpora"));
    hub = root.resolve("hub");
    corpus("a.jsonl", "{\"text\": \"a small document\"}\n".repeat(50));
    corpus("b.jsonl", "{\"text\": \"another small document\"}\n".repeat(50));
  }

  void corpus(String name, String content) throws IOException {
    Files.writeString(corpora.resolve(name), content, StandardCharsets.UTF_8);
  }

  Inspector inspector(Machine machine) {
    Supplier<Machine> here = () -> machine;
    DataRoots roots = new DataRoots(List.of(root));
    return new Inspector(
        roots,
        new ModelFolders(roots, new HubCache(hub)),
        new DigestMemory(root.resolve("digests")),
        root.resolve("scans"),
        here);
  }

  Inspected inspect(String more) {
    return inspected("domains-2026.1", more);
  }

  /** The same by a recipe. */
  Inspected inspected(String recipe, String more) {
    return inspector(new Machine(WorkerDevices.cpu(), AMPLE, device -> 1e10, AMPLE))
        .inspect(request(more).replace("domains-2026.1", recipe));
  }

  String request(String more) {
    return "{\"recipe\": \"domains-2026.1\", \"model\": \"%s\", \"datasets\": \"%s\", \"experts\": {\"num_experts\": 2}%s}"
        .formatted(model, corpora, more);
  }

  /** The failure a user is shown: type and message. */
  String failure(String more) {
    ApplicationFailure failure =
        (ApplicationFailure) Failures.translate((Exception) catchThrowable(() -> inspect(more)));
    assertThat(failure.isNonRetryable()).isTrue();
    return failure.getType() + ": " + failure.getOriginalMessage();
  }
}
