package dev.shoal.activities.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.devices.WorkerDevices;
import dev.shoal.activities.stage.Failures;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Inspection")
class InspectorTest extends InspectedSample {

  @Test
  @DisplayName("names mistakes in fields, model and corpora in one go")
  void everythingAtOnce() throws IOException {
    corpus("b.jsonl", "{\"text\": \"not closed}\n");
    String all = failure(", \"trainig\": {}, \"name\": \"no spaces please\"");
    assertThat(all)
        .startsWith("InvalidInput: The request has 2 mistakes:")
        .contains("trainig: unknown field; did you mean training?")
        .contains("datasets[1].path: ")
        .contains("b.jsonl");
  }

  @Test
  @DisplayName("refuses a tokenizer with more tokens than the embedding has rows, naming the first")
  void tokenizer() throws IOException {
    Path file = model.resolve("tokenizer.json");
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(file.toFile());
    json.withArray("/added_tokens").addObject().put("id", 1024).put("content", "<new>");
    new ObjectMapper().writeValue(file.toFile(), json);
    assertThat(failure(""))
        .startsWith("ModelUnsupported: " + file)
        .contains("token '<new>' has id 1024, but vocab_size in config.json is 1024");
  }

  @Test
  @DisplayName("reads every row of a task before any work")
  void tasks() throws IOException {
    Path task = root.resolve("quiz.jsonl");
    Files.writeString(
        task,
        """
        {"context": "1 + 1 =", "choices": ["2", "3"], "label": 0}
        {"context": "1 + 2 =", "choices": ["2", "3"], "label": 2}
        """);
    String asked = ", \"evaluation\": {\"tasks\": [{\"name\": \"quiz\", \"path\": \"%s\"}]}";
    assertThat(failure(asked.formatted(task)))
        .startsWith("InvalidInput: ")
        .contains("evaluation.tasks[0]: " + task + " row 2")
        .contains("label");
    Files.writeString(
        task, "{\"context\": \"1 + 1 =\", \"choices\": [\"2\", \"3\"], \"label\": 0}\n");
    Inspected found = inspect(asked.formatted(task));
    assertThat(found.tasks().get(0).path()).isEqualTo(task.toString());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "num_experts": 7 | experts.num_experts: found 7, but the dense FFN's 352 channels cannot be shared out among so many equally, as experts.by random-split does; 8 would do
          "num_experts": 8, "width": 0.5 | experts.width: found 0.5, which is 176 of the dense FFN's 352 channels, expected 44, as experts.by random-split shares them out among 8 experts; leave it out
          """)
  @DisplayName("names what is no equal split")
  void splits(String experts, String problem) {
    String split = "{\"by\": \"random-split\", " + experts;
    assertThatThrownBy(
            () ->
                inspector(new Machine(WorkerDevices.cpu(), AMPLE, device -> 1e10, AMPLE))
                    .inspect(request("").replace("{\"num_experts\": 2", split)))
        .hasMessage("The request has a mistake:\n- " + problem);
  }

  @Test
  @DisplayName("takes a data set's folder with training and evaluation text apart")
  void parts() throws IOException {
    Path set = Files.createDirectory(root.resolve("both"));
    Files.copy(corpora.resolve("a.jsonl"), set.resolve("train.jsonl"));
    Files.copy(corpora.resolve("b.jsonl"), set.resolve("eval.jsonl"));
    String list = "[{\"name\": \"a\", \"path\": \"%s\"}, {\"name\": \"b\", \"path\": \"%s\"}]";
    String request =
        request("").replace("\"" + corpora + "\"", list.formatted(set, corpora.resolve("b.jsonl")));
    Inspected found =
        inspector(new Machine(WorkerDevices.cpu(), AMPLE, device -> 1e10, AMPLE)).inspect(request);
    assertThat(found.request().datasets().get(0).path())
        .isEqualTo(set.resolve("train.jsonl").toString());
    assertThat(found.request().datasets().get(0).evalPath())
        .isEqualTo(set.resolve("eval.jsonl").toString());
  }

  @Test
  @DisplayName("refuses folders that are missing or outside the data roots")
  void places() {
    model = root.resolve("nowhere");
    assertThat(failure("")).contains("model: " + model + " is no folder; give the folder of");
    model = Path.of("/etc");
    assertThat(failure("")).contains("model: /etc is outside the data roots");
  }

  @Test
  @DisplayName("finds a model by name in the Hugging Face cache and records the commit's folder")
  void hub() throws IOException {
    String commit = "0123456789abcdef0123456789abcdef01234567";
    Path cached = hub.resolve("models--org--name");
    Path snapshot = download(cached, commit);
    Inspected plain = inspect("");
    for (String name : List.of("org/name", "org/name@main", "org/name@" + commit)) {
      Inspected found = inspectNamed(name);
      assertThat(found.request().model()).isEqualTo(snapshot.toString());
      assertThat(found.modelManifest().sha256()).isEqualTo(plain.modelManifest().sha256());
    }
    Files.delete(snapshot.resolve("config.json"));
    Path secret = Files.createFile(elsewhere.resolve("secret.json"));
    Files.createSymbolicLink(snapshot.resolve("config.json"), secret);
    assertThat(failureOf("org/name"))
        .startsWith("InvalidInput: ")
        .contains("model: " + snapshot.resolve("config.json") + ", a link to " + secret)
        .contains(", is outside the data roots");
    assertThat(failureOf("org/other"))
        .contains("model: org/other is not in the Hugging Face cache");
  }

  @ParameterizedTest
  @ValueSource(strings = {"vocab.json", "merges.txt", "chat_template.jinja", "added_tokens.json"})
  @DisplayName("refuses a link out of the data roots that an export would copy")
  void copied(String name) throws IOException {
    Path secret = Files.writeString(elsewhere.resolve("shadow"), "root:x");
    Files.createSymbolicLink(model.resolve(name), secret);
    assertThat(failure(""))
        .startsWith("InvalidInput: ")
        .contains("model: %s, a link to %s, is outside".formatted(model.resolve(name), secret));
  }

  @Test
  @DisplayName(
      "refuses a file of a corpus that is a link out of the data roots, and lists no folder")
  void linkedCorpus() throws IOException {
    Path secret = Files.writeString(elsewhere.resolve("mail.jsonl"), "{\"text\": \"x\"}");
    Files.createSymbolicLink(corpora.resolve("c.jsonl"), secret);
    assertThat(failure("")).contains("a link to " + secret + ", is outside the data roots");
    Files.delete(corpora.resolve("c.jsonl"));
    Files.writeString(elsewhere.resolve("train-of-others.jsonl"), "");
    Files.writeString(elsewhere.resolve("eval-of-others.jsonl"), "");
    Files.createSymbolicLink(corpora.resolve("c"), elsewhere);
    assertThat(failure("")).contains("is outside the data roots").doesNotContain("-of-others");
  }

  @Test
  @DisplayName("looks again before each stage: a link that was swapped in later is refused")
  void swapped() throws IOException {
    Inspector inspector = inspector(new Machine(WorkerDevices.cpu(), AMPLE, device -> 1e10, AMPLE));
    Path weights = model.resolve("model.safetensors");
    Path corpus = corpora.resolve("a.jsonl");
    for (Path file : List.of(weights, corpus)) {
      Path same = Files.move(file, elsewhere.resolve(file.getFileName()));
      Files.createSymbolicLink(file, same);
    }
    assertThatThrownBy(() -> inspector.modelManifest(model))
        .isInstanceOf(DataRootException.class)
        .hasMessageStartingWith(weights + ", a link to ");
    assertThatThrownBy(() -> inspector.corpusManifest(corpora.toString()))
        .isInstanceOf(DataRootException.class)
        .hasMessageStartingWith(corpus + ", a link to ");
  }

  @Test
  @DisplayName("loads nothing but safetensors: pickles are not opened, and the remedy is said")
  void onlySafetensors() throws IOException {
    Files.delete(model.resolve("model.safetensors"));
    for (String pickle : List.of("pytorch_model.bin", "model.pt", "consolidated.00.pth")) {
      Files.writeString(model.resolve(pickle), "not even a pickle");
    }
    assertThat(failure(""))
        .isEqualTo(
            "ArtifactCorrupt: model: the folder holds no safetensors checkpoint, expected"
                + " model.safetensors or model.safetensors.index.json; convert other formats with"
                + " save_pretrained(safe_serialization=True)");
  }

  /** As Hugging Face's tools do it: files in blobs, relative links to them in the snapshot. */
  private Path download(Path cached, String commit) throws IOException {
    Path snapshot = Files.createDirectories(cached.resolve("snapshots").resolve(commit));
    Files.createDirectories(cached.resolve("refs"));
    Files.writeString(cached.resolve("refs").resolve("main"), commit);
    Files.createDirectories(cached.resolve("blobs"));
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        Path blob = Files.copy(file, cached.resolve("blobs").resolve("blob-of-" + name));
        Path link = Path.of("..", "..", "blobs").resolve(blob.getFileName());
        Files.createSymbolicLink(snapshot.resolve(name), link);
      }
    }
    return snapshot;
  }

  private Inspected inspectNamed(String name) {
    return inspector(new Machine(WorkerDevices.cpu(), AMPLE, device -> 1e10, AMPLE))
        .inspect(request("").replace(model.toString(), name));
  }

  private String failureOf(String name) {
    Exception thrown = (Exception) catchThrowable(() -> inspectNamed(name));
    ApplicationFailure failure = (ApplicationFailure) Failures.translate(thrown);
    return failure.getType() + ": " + failure.getOriginalMessage();
  }

  @Test
  @DisplayName("refuses fewer data sets than experts, and what cannot fit")
  void impossible() throws IOException {
    Files.delete(corpora.resolve("b.jsonl"));
    assertThat(failure("")).contains("experts.num_experts: found 2 experts for 1 data sets");
    corpus("b.jsonl", "{\"text\": \"back\"}\n");
    Machine tiny = new Machine(WorkerDevices.cpu(), 1 << 20, device -> 1e10, 1 << 10);
    assertThat(catchThrowable(() -> inspector(tiny).inspect(request(""))))
        .hasMessageContaining("plan: training: one window of")
        .hasMessageContaining("plan: the run writes about");
  }

  @Test
  @DisplayName("refuses an unsupported architecture by name")
  void architecture() throws IOException {
    Path config = model.resolve("config.json");
    String gpt =
        Files.readString(config)
            .replaceAll("\"model_type\"\\s*:\\s*\"llama\"", "\"model_type\": \"gpt2\"");
    Files.writeString(config, gpt);
    assertThat(failure("")).startsWith("ModelUnsupported: ").contains("gpt2");
  }

  @Test
  @DisplayName("refuses a truncated shard and a lying header")
  void shards() throws IOException {
    Path shard = model.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(shard);
    Files.write(shard, Arrays.copyOf(bytes, bytes.length - 100));
    assertThat(failure("")).startsWith("ArtifactCorrupt: model.safetensors");
    byte[] lying = bytes.clone();
    lying[2] = 127; // the header would be 8 MB long
    Files.write(shard, lying);
    assertThat(failure("")).startsWith("ArtifactCorrupt: model.safetensors");
  }

  @Test
  @DisplayName("refuses a missing tensor and a tensor of the wrong shape")
  void tensors() throws IOException {
    Path config = model.resolve("config.json");
    String text = Files.readString(config);
    Files.writeString(config, text.replaceAll("(\"num_hidden_layers\"\\s*:\\s*)\\d+", "$199"));
    assertThat(failure(""))
        .startsWith("ArtifactCorrupt: ")
        .contains("model.layers.4.mlp.down_proj.weight");
    Files.writeString(config, text.replaceAll("(\"intermediate_size\"\\s*:\\s*)\\d+", "$164"));
    assertThat(failure("")).startsWith("ArtifactCorrupt: ").contains("mlp.down_proj.weight");
  }

  @Test
  @DisplayName("refuses empty corpora, invalid UTF-8 and a broken gzip file")
  void corporaFaults() throws IOException {
    corpus("b.jsonl", "");
    assertThat(failure("")).startsWith("InvalidInput: ").contains("datasets[1].path: ");
    byte[] text = "{\"text\": \"caf? \"}\n".getBytes(StandardCharsets.US_ASCII);
    text[13] = (byte) 0xE9;
    Files.write(corpora.resolve("b.jsonl"), text);
    assertThat(failure("")).contains("UTF-8");
    Files.delete(corpora.resolve("b.jsonl"));
    Files.write(corpora.resolve("b.jsonl.gz"), new byte[] {31, (byte) 139, 8, 0, 1, 2, 3});
    assertThat(failure("")).startsWith("InvalidInput: ").contains("b.jsonl.gz");
  }
}
