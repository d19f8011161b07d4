package dev.shoal.models.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Results")
class ResultsTest {

  @TempDir Path folder;

  @Test
  @DisplayName("are written as the harness lays them out, and equal results as equal bytes")
  void resultsJson() throws IOException {
    Path file = ResultsJson.write(folder, "models/a", List.of(result()));
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    JsonNode scores = json.get("results").get("stories");
    assertThat(scores.get("acc,none").doubleValue()).isEqualTo(0.5);
    assertThat(scores.get("acc_stderr,none").doubleValue()).isEqualTo(0.5);
    assertThat(scores.get("alias").textValue()).isEqualTo("stories");
    assertThat(scores.get("sample_len").intValue()).isEqualTo(2);
    assertThat(json.get("higher_is_better").get("stories").get("acc_norm").booleanValue()).isTrue();
    assertThat(json.get("n-shot").get("stories").intValue()).isZero();
    assertThat(json.get("n-samples").get("stories").get("effective").intValue()).isEqualTo(2);
    assertThat(json.get("versions").get("stories").textValue()).isEqualTo("Yaml");
    JsonNode config = json.get("configs").get("stories");
    assertThat(config.get("output_type").textValue()).isEqualTo("multiple_choice");
    assertThat(config.get("metric_list").get(1).get("metric").textValue()).isEqualTo("acc_norm");
    assertThat(json.get("config").get("model_args").get("pretrained").textValue())
        .isEqualTo("models/a");
    byte[] first = Files.readAllBytes(file);
    assertThat(ResultsJson.write(folder, "models/a", List.of(result()))).hasBinaryContent(first);
  }

  @Test
  @DisplayName("of every item can be read back")
  void items() {
    TaskResult result = result();
    Path file = ItemsFile.write(folder, result);
    assertThat(file).hasFileName("items-stories.jsonl");
    assertThat(ItemsFile.read(file)).isEqualTo(result.items());
  }

  private static TaskResult result() {
    TaskSpec spec = TaskSpec.of(Path.of("stories.jsonl"));
    Task task = new Task(spec, OutputType.MULTIPLE_CHOICE, List.of(), List.of());
    ItemResult.Choice a = new ItemResult.Choice(-1.25, true, 2, 5, 6, 1, 0);
    ItemResult.Choice b = new ItemResult.Choice(-3.1, false, 3, 7, 7, 2, 4);
    List<ItemResult> items =
        List.of(new ItemResult("one", List.of(a, b), 0), new ItemResult("2", List.of(a, b), 1));
    return new TaskResult(
        task,
        Metrics.of(task.outputType(), items),
        items,
        List.of(),
        new TaskResult.Reading(64, 0, 2));
  }
}
