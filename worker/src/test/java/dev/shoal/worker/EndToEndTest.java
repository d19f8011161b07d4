package dev.shoal.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A reconstruction of the sample, with a real Temporal, PostgreSQL and worker,")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EndToEndTest {

  private static final String REQUEST =
      """
      recipe: domains-2026.1
      name: pico
      model: %s/model
      datasets: %s/corpora
      experts: {num_experts: 4}
      calibration: {windows: 8, window_tokens: 64, affinity_windows: 2}
      training:
        router_tokens: 8192
        expert_tokens: 49152
        batch_tokens: 1024
        sequence_tokens: 64
        weights: lora
        learning_rate: 0.002
      evaluation:
        windows: 4
        window_tokens: 64
        tasks:
          - {name: steps, path: "%s/tasks/steps.jsonl", num_fewshot: 1}
          - {name: multiples, path: "%s/tasks/multiples.jsonl"}
      checkpoint: {every_seconds: 1}
      export: {formats: [hf, gguf]}
      """
          .formatted(TestHome.sample(), TestHome.sample(), TestHome.sample(), TestHome.sample());

  /** With two, sums were once in another order: docs/status.md. */
  private static final Map<String, String> ONE_THREAD = Map.of("OMP_NUM_THREADS", "1");

  private static final ObjectMapper JSON = new ObjectMapper();

  private TestHome home;
  private Path request;
  private JsonNode first;

  @BeforeAll
  void up(@TempDir Path state) {
    home = new TestHome(state, ONE_THREAD);
    request = home.request("pico.yaml", REQUEST);
    home.shoal("up", "-d");
  }

  @AfterAll
  void down() {
    home.close();
  }

  @Test
  @Order(1)
  @DisplayName("ends with one line of JSON; every training stage improves on the one before")
  void runs() {
    first = home.shoal("run", request.toString(), "--json").json();
    assertThat(first.path("assembled").asDouble()).isGreaterThan(first.path("dense").asDouble());
    assertThat(first.path("routed").asDouble()).isLessThan(first.path("assembled").asDouble());
    assertThat(first.path("trained").asDouble()).isLessThan(first.path("routed").asDouble());
    assertThat(first.path("computed").asInt()).isPositive();
    assertThat(first.path("reused").asInt()).isZero();
    assertThat(Path.of(first.path("export").asText())).isDirectoryContaining("glob:**/config.json");
    assertThat(Path.of(first.path("gguf").asText())).isNotEmptyFile();
    assertThat(Path.of(first.path("export").asText()).resolve("README.md"))
        .content()
        .contains("| steps | acc | 64 |", "| sql | calibrated, trained |", "MixtralForCausalLM");
    assertThat(Path.of(first.path("report").asText())).content().contains(">steps</th>");
    String byHand = home.shoal("metrics", "pico", "--name", "perplexity_by_hand/sql").out();
    assertThat(byHand).contains("perplexity_by_hand/sql");
  }

  @Test
  @Order(2)
  @DisplayName("makes what the stages' code versions made before, or a version was raised")
  void outputsBelongToCodeVersions() throws IOException {
    ObjectNode made = JSON.createObjectNode();
    made.set("versions", StageOutputs.versions());
    made.set("outputs", JSON.valueToTree(StageOutputs.of(home.artifacts())));
    Path written = Path.of("target", "stage-outputs.json");
    JSON.writerWithDefaultPrettyPrinter().writeValue(written.toFile(), made);
    JsonNode stored = JSON.readTree(getClass().getResource("stage-outputs.json"));
    String what =
        "outputs changed: raise the version in StageCode, then store %s as %s"
            .formatted(written, "src/test/resources/dev/shoal/worker/stage-outputs.json");
    assertThat(made.path("versions")).as(what).isEqualTo(stored.path("versions"));
    for (Map.Entry<String, JsonNode> kind : stored.path("outputs").properties()) {
      JsonNode now = made.path("outputs").path(kind.getKey());
      assertThat(now).as(kind.getKey()).hasSameSizeAs(kind.getValue());
      // Other processors add in another order; near ties of experts then fall otherwise, which 64
      // short items of a task do not level out: 29.18 on one was 30.13 on another.
      int bound = kind.getKey().equals("task-scores") ? 4 : 1;
      for (int i = 0; i < now.size(); i++) {
        double expected = kind.getValue().get(i).asDouble();
        assertThat(now.get(i).asDouble())
            .as(kind.getKey() + ": " + what)
            .isCloseTo(expected, withPercentage(bound));
      }
    }
  }

  @Test
  @Order(3)
  @DisplayName("asked for again reuses every stage and gives the same")
  void reuses() {
    JsonNode again = home.shoal("run", request.toString(), "--json").json();
    assertThat(again.path("computed").asInt()).isZero();
    assertThat(again.path("reused").asInt()).isEqualTo(first.path("computed").asInt());
    assertThat(again.path("exportSha256")).isEqualTo(first.path("exportSha256"));
    assertThat(again.path("run")).isNotEqualTo(first.path("run"));
  }

  @Test
  @Order(4)
  @DisplayName("planned against the run tells what will be reused, and for what reason not")
  void foresees() {
    JsonNode same = against();
    assertThat(same.findValuesAsText("would_be"))
        .hasSize(first.path("computed").asInt())
        .containsOnly("reused");
    assertThat(same.path("seconds_lost").asDouble()).isZero();

    JsonNode other = against("--set", "training.learning_rate=0.001");
    assertThat(other.findValuesAsText("would_be"))
        .hasSize(first.path("computed").asInt())
        .containsOnly("reused", "computed")
        .filteredOn("computed"::equals)
        .hasSize(11); // as the next test finds
    assertThat(other.path("seconds_lost").asDouble()).isPositive();
    assertThat(other.at("/stages").toString())
        .contains("\"stage\":\"train router\",\"would_be\":\"computed\"")
        .contains("\"why\":\"settings.learning_rate\"");
  }

  private JsonNode against(String... more) {
    List<String> command =
        new ArrayList<>(List.of("plan", request.toString(), "--against", "pico", "--json"));
    command.addAll(List.of(more));
    return home.shoal(command.toArray(String[]::new)).json().path("against");
  }

  @Test
  @Order(5)
  @DisplayName("with another learning rate reuses everything up to training")
  void reusesUpToTraining() {
    JsonNode other =
        home.shoal("run", request.toString(), "--json", "--set", "training.learning_rate=0.001")
            .json();
    // Two trainings, perplexity and two tasks of each, two exports and the report.
    assertThat(other.path("computed").asInt()).isEqualTo(11);
    assertThat(other.path("reused").asInt()).isEqualTo(first.path("computed").asInt() - 11);
  }

  @Test
  @Order(5)
  @DisplayName("leads from the exported model back to the dense model and every corpus")
  void lineage() {
    JsonNode lineage = home.shoal("lineage", first.path("exportSha256").asText(), "--json").json();
    List<String> outside = new ArrayList<>();
    lineage.path("outside").forEach(place -> outside.add(place.asText()));
    Path corpora = TestHome.sample().resolve("corpora");
    assertThat(outside)
        .contains(TestHome.sample().resolve("model").toString())
        .filteredOn(place -> place.startsWith(corpora.toString()))
        .hasSize(16); // training and evaluation text of eight data sets
    assertThat(lineage.path("edges"))
        .allMatch(edge -> !edge.path("code_version").asText().isEmpty());
  }

  @Test
  @Order(5)
  @DisplayName("is verified: bytes as recorded, logits as the mixture's")
  void verified() {
    JsonNode verified = home.shoal("verify", first.path("exportSha256").asText(), "--json").json();
    assertThat(verified.path("intact").asBoolean()).isTrue();
    assertThat(verified.path("largest_logit_difference").asDouble(1)).isLessThan(1e-4);
  }

  @Test
  @Order(6)
  @DisplayName(
      "forked with a longer budget ends with the weights of a run that was as long at once")
  void forks() {
    List<String> steady =
        List.of("--set", "training.lr_scheduler=constant", "--set", "training.warmup_ratio=0");
    JsonNode half = run(steady, "name=half", "training.expert_tokens=4096");
    JsonNode whole = run(steady, "name=whole", "training.expert_tokens=8192");

    TestHome.Ran none = home.attempt("fork", "half", "--from-checkpoint", "3");
    assertThat(none.exit()).isEqualTo(2);
    assertThat(none.err()).contains("it keeps train experts, step 4;", "train router, step 8");
    TestHome.Ran wider = home.attempt("fork", "half", "--set", "experts.width=0.25");
    assertThat(wider.err()).contains("experts.width: found 0.25, expected 0.5");

    JsonNode fork =
        home.shoal("fork", "half", "--set", "training.expert_tokens=8192", "--json").json();
    assertThat(fork.path("model")).isNotEqualTo(half.path("model"));
    assertThat(fork.path("model")).isEqualTo(whole.path("model"));
    // The checkpoint, the training, the export with its card, the report; equal weights are judged.
    assertThat(fork.path("computed").asInt()).isEqualTo(4);
    JsonNode losses =
        home.shoal("metrics", "half-fork", "--name", "loss", "--json").json().path("metrics");
    assertThat(losses.get(0).path("step").asInt()).isEqualTo(5);
    assertThat(losses).hasSize(4);
    assertThat(home.shoal("lineage", "half-fork").out())
        .contains("checkpoint ", "by take checkpoint", "half-fork was forked from half (");
  }

  private JsonNode run(List<String> settings, String... more) {
    List<String> command = new ArrayList<>(List.of("run", request.toString(), "--json"));
    command.addAll(settings);
    for (String setting : more) {
      command.addAll(List.of("--set", setting));
    }
    return home.shoal(command.toArray(String[]::new)).json();
  }

  @Test
  @Order(6)
  @DisplayName("killed in the middle of the expert stage ends with the same bytes")
  void survivesAKill(@TempDir Path state) throws Exception {
    try (TestHome other = new TestHome(state, ONE_THREAD)) {
      Path same = other.request("pico.yaml", REQUEST);
      other.shoal("up", "-d");
      String run = other.shoal("run", same.toString(), "--detach", "--json").json().toString();
      ExpertCheckpoint.await(other);
      other.killWorker();
      other.shoal("up", "-d");
      JsonNode survived = other.shoal("watch", "pico", "--json").json();
      assertThat(artifacts(other, survived)).as(run).isEqualTo(artifacts(home, first));
      assertThat(survived.path("exportSha256")).as(run).isEqualTo(first.path("exportSha256"));
    }
  }

  /** What led to a run's checkpoint, without the names of runs: shows where two runs part. */
  private static List<String> artifacts(TestHome home, JsonNode result) {
    return home.shoal("lineage", result.path("run").asText())
        .out()
        .lines()
        .map(line -> line.replaceAll(", run .*", ""))
        .toList();
  }

  @Test
  @Order(7)
  @DisplayName("by the paper's recipe calibrates anew, and ends with no export and the reason")
  void paper() {
    JsonNode paper =
        home.shoal(
                "run",
                request.toString(),
                "--json",
                "--set",
                "recipe=dive-2025",
                "--set",
                "training.router_tokens=0",
                "--set",
                "training.expert_tokens=0")
            .json();
    assertThat(paper.path("assembled").asDouble()).isGreaterThan(paper.path("dense").asDouble());
    assertThat(paper.path("export").isNull()).isTrue();
    assertThat(paper.path("exportNote").asText()).contains("bias");
    // Tokens of eight data sets, and the dense model's perplexity and two tasks.
    assertThat(paper.path("reused").asInt()).isEqualTo(11);
  }

  @Test
  @Order(8)
  @DisplayName(
      "with fitted routers is nearer to dense than with fresh ones, by tokens and by groups")
  void fits() {
    for (String by :
        List.of("tokens", "tokens, start: groups", "domains", "tokens, fit: {steps: 8}")) {
      JsonNode fitted =
          home.shoal(
                  "run",
                  request.toString(),
                  "--json",
                  "--set",
                  "experts={num_experts: 4, router: fitted, by: %s}".formatted(by),
                  "--set",
                  "calibration.windows=64",
                  "--set",
                  "training.router_tokens=0",
                  "--set",
                  "training.expert_tokens=0")
              .json();
      assertThat(fitted.path("assembled").asDouble())
          .as(by)
          .isBetween(first.path("dense").asDouble(), first.path("assembled").asDouble());
      assertThat(Path.of(fitted.path("report").asText())).isNotEmptyFile();
    }
    assertThat(home.shoal("metrics", "pico", "--name", "expert_fit_error").out())
        .contains("expert_fit_error");
  }

  @Test
  @Order(9)
  @DisplayName("in a comparison is made in every way, and the ways stand in one table")
  void compares() throws IOException {
    Path file = TestHome.sample().resolveSibling("runs").resolve("sample-methods.yaml");
    String text =
        Files.readString(file)
            .replace("../sample", TestHome.sample().toString())
            .replaceAll("router_tokens: \\w+", "router_tokens: 2048");
    Path methods = home.request("methods.yaml", text);
    List<String> command = new ArrayList<>(List.of("run", methods.toString(), "--json"));
    for (String small :
        List.of(
            "calibration.windows=32",
            "calibration.window_tokens=64",
            "training.expert_tokens=4096",
            "training.sequence_tokens=64",
            "evaluation={windows: 4, window_tokens: 64}")) {
      command.addAll(List.of("--set", "base." + small));
    }
    JsonNode made = home.shoal(command.toArray(String[]::new)).json();
    assertThat(made.path("runs")).hasSize(10).allMatch(run -> run.path("trained").isNumber());

    JsonNode table = home.shoal("compare", "methods", "--json").json();
    assertThat(table.path("runs")).hasSize(10);
    assertThat(table.at("/runs/9/models/trained/flops_per_token").asLong()).isPositive();
    assertThat(home.shoal("lineage", "methods/copy").out()).contains("by build experts");
    String words = home.shoal("compare", "methods", "pico").out();
    assertThat(words).contains("dense FFNs", "kmeans-split", "drop-upcycle", "pico ");
  }

  @Test
  @Order(8)
  @DisplayName("with a typo is refused with exit code 2 and the nearest right name")
  void refusesATypo() {
    Path typo = home.request("typo.yaml", REQUEST.replace("expert_tokens", "expert_token"));
    TestHome.Ran ran = home.attempt("run", typo.toString());
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err())
        .contains("training.expert_token: unknown field; did you mean expert_tokens?");
    assertThat(ran.err()).doesNotContain("at dev.shoal");
  }

  @TestFactory
  @Order(10)
  @DisplayName("answers the example in every command's help")
  Stream<DynamicTest> examples() throws IOException {
    return new Examples(home, REQUEST).tests();
  }
}
