package dev.shoal.worker.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A request file")
class RequestFileTest {

  @TempDir private Path folder;

  private ObjectNode read(String text, Map<String, String> variables, String... assignments)
      throws IOException {
    Path file = folder.resolve("request.yaml");
    Files.writeString(file, text);
    return RequestFile.read(file, List.of(assignments), variables);
  }

  @Test
  @DisplayName("may be YAML or JSON")
  void mayBeYamlOrJson() throws IOException {
    String json = "{\"name\": \"legal\", \"training\": {\"router_tokens\": 5e8}}";
    assertThat(read("name: legal\ntraining: {router_tokens: 5e8}", Map.of()))
        .isEqualTo(read(json, Map.of()));
  }

  @Test
  @DisplayName("is overridden by --set, with values typed as in YAML and objects made on the way")
  void isOverridden() throws IOException {
    ObjectNode request =
        read(
            "training: {seed: 1}",
            Map.of(),
            "training.seed=7",
            "training.lora.r=16",
            "experts.width=0.5",
            "numerics.deterministic=true",
            "tags=[a, b]",
            "name=with=sign");
    assertThat(request.toString())
        .isEqualTo(
            "{\"training\":{\"seed\":7,\"lora\":{\"r\":16}},\"experts\":{\"width\":0.5},"
                + "\"numerics\":{\"deterministic\":true},\"tags\":[\"a\",\"b\"],"
                + "\"name\":\"with=sign\"}");
  }

  @Test
  @DisplayName("does not let --set reach into what is no object")
  void doesNotReachIntoScalars() {
    assertThatThrownBy(() -> read("experts: 8", Map.of(), "experts.width=0.5"))
        .hasMessage("--set experts.width=0.5: experts is 8 in the request, not an object");
    assertThatThrownBy(() -> read("name: a", Map.of(), "name"))
        .hasMessage("--set name: expected FIELD=VALUE, such as training.expert_tokens=1e6");
  }

  @Test
  @DisplayName("may refer to environment variables in text")
  void mayReferToVariables() throws IOException {
    ObjectNode request =
        read(
            "model: ${LAB}/llama\ndatasets: [{name: a, path: '${LAB}/${SET}/*.gz'}]",
            Map.of("LAB", "/lab", "SET", "l$1gal"));
    assertThat(request.at("/model").asText()).isEqualTo("/lab/llama");
    assertThat(request.at("/datasets/0/path").asText()).isEqualTo("/lab/l$1gal/*.gz");
  }

  @Test
  @DisplayName("names every variable that is not set, with its field")
  void namesUnsetVariables() {
    assertThatThrownBy(
            () -> read("model: ${LAB}/m\ndatasets: [{name: a, path: '${SETS}'}]", Map.of()))
        .hasMessage(
            "request.yaml uses variables that are not set: LAB (in model), SETS (in"
                + " datasets[0].path); export them, or write the values into the file.");
  }

  @Test
  @DisplayName("means its own folder by a relative path")
  void meansItsOwnFolder() throws IOException {
    ObjectNode request =
        read(
            """
            model: ../m
            datasets: [{name: a, path: a/*.gz, eval_path: /abs/e.gz}]
            evaluation: {tasks: [{name: t, path: t.jsonl}]}
            """,
            Map.of());
    assertThat(request.at("/model").asText()).isEqualTo(folder.getParent() + "/m");
    assertThat(request.at("/datasets/0/path").asText()).isEqualTo(folder + "/a/*.gz");
    assertThat(request.at("/datasets/0/eval_path").asText()).isEqualTo("/abs/e.gz");
    assertThat(request.at("/evaluation/tasks/0/path").asText())
        .isEqualTo(folder.resolve("t.jsonl").toString());
    assertThat(read("datasets: corpora", Map.of()).at("/datasets").asText())
        .isEqualTo(folder + "/corpora");
  }

  @Test
  @DisplayName("means a cached repository by org/name@revision, unless there is such a folder")
  void meansARepository() throws IOException {
    assertThat(read("model: meta/llama@main", Map.of()).at("/model").asText())
        .isEqualTo("meta/llama@main");
    Files.createDirectories(folder.resolve("meta/llama"));
    assertThat(read("model: meta/llama", Map.of()).at("/model").asText())
        .isEqualTo(folder + "/meta/llama");
  }

  @Test
  @DisplayName("is refused with line and column where it is not YAML")
  void isRefusedWithThePlace() {
    assertThatThrownBy(() -> read("name: a\nname: b", Map.of()))
        .hasMessage(folder + "/request.yaml: line 2, column 5: Duplicate field 'name'.");
    assertThatThrownBy(() -> read("tags: [a, b", Map.of()))
        .hasMessageContaining("request.yaml: line 1, column 12: expected ',' or ']'");
    assertThatThrownBy(() -> read("- a", Map.of()))
        .hasMessage(
            folder
                + "/request.yaml holds no request; it must be an object with model and datasets, or"
                + " with base and variations.");
  }

  @Test
  @DisplayName("is refused by name where a number is none that a computer holds")
  void exponents() {
    assertThatThrownBy(() -> read("training: {seed: 1e99999999999}", Map.of()))
        .hasMessage(
            folder + "/request.yaml: line 1, column 31: Malformed numeric value '1e99999999999'.");
  }
}
