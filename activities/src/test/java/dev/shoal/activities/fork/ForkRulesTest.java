package dev.shoal.activities.fork;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.workflows.request.Problem;
import dev.shoal.workflows.request.RequestReader;
import dev.shoal.workflows.stages.TrainingActivities.Stage;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A fork of a run that has read 4096 tokens")
class ForkRulesTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final ObjectNode ORIGIN =
      resolved(
          """
          {"recipe": "domains-2026.1", "model": "/m", "datasets": [{"name": "law", "path": "/law"}],
           "experts": {"num_experts": 1, "width": 0.5},
           "training": {"router_tokens": 6144, "expert_tokens": 8192, "batch_tokens": 1024,
             "sequence_tokens": 64, "weights": "lora", "learning_rate": 0.002}}
          """);

  private static ObjectNode resolved(String request) {
    return JSON.valueToTree(RequestReader.read(request, folder -> List.of()));
  }

  private static List<String> mistakes(Stage stage, String field, String value) {
    try {
      ObjectNode fork = ORIGIN.deepCopy();
      int dot = field.lastIndexOf('/');
      fork.withObject(field.substring(0, dot)).set(field.substring(dot + 1), JSON.readTree(value));
      JsonNode origin = JSON.readTree(ORIGIN.toString()); // as the database gives it back
      return ForkRules.check(
              RequestReader.read(fork.toString(), folder -> List.of()), origin, stage, 4096)
          .stream()
          .map(Problem::toString)
          .toList();
    } catch (IOException e) {
      throw new IllegalArgumentException(value, e);
    }
  }

  @Test
  @DisplayName("may train longer, at another rate, in other batches, and be judged otherwise")
  void allowed() {
    assertThat(mistakes(Stage.EXPERTS, "/training/expert_tokens", "5120")).isEmpty();
    assertThat(mistakes(Stage.EXPERTS, "/training/learning_rate", "1e-4")).isEmpty();
    assertThat(mistakes(Stage.EXPERTS, "/training/batch_tokens", "2048")).isEmpty();
    assertThat(mistakes(Stage.EXPERTS, "/training/losses", "{\"router_z\": 0.001}")).isEmpty();
    assertThat(mistakes(Stage.EXPERTS, "/evaluation/windows", "3")).isEmpty();
    assertThat(mistakes(Stage.ROUTER, "/training/weights", "\"full\"")).isEmpty();
  }

  @Test
  @DisplayName("may not change what made the mixture, the trained weights or the order of the text")
  void refused() {
    assertThat(mistakes(Stage.EXPERTS, "/experts/width", "0.25"))
        .containsExactly(
            "experts.width: found 0.25, expected 0.5, as in the run that the checkpoint is from; a fork may not change it");
    assertThat(
            mistakes(Stage.EXPERTS, "/datasets", "[{\"name\": \"law\", \"path\": \"/other\"}]")
                .toString())
        .contains("datasets[0].path: found /other, expected /law");
    assertThat(mistakes(Stage.EXPERTS, "/training/lora", "{\"r\": 4, \"alpha\": 16}")).hasSize(1);
    assertThat(mistakes(Stage.EXPERTS, "/training/weights", "\"full\"")).hasSize(1);
    assertThat(mistakes(Stage.ROUTER, "/training/seed", "7")).hasSize(1);
  }

  @Test
  @DisplayName("has more to read, in whole batches")
  void budget() {
    assertThat(mistakes(Stage.EXPERTS, "/training/expert_tokens", "5000"))
        .containsExactly(
            "training.expert_tokens: found 5000, expected 5120 or more: 4096 were read until the checkpoint, and they count");
    assertThat(mistakes(Stage.ROUTER, "/training/router_tokens", "4096").toString())
        .contains("training.router_tokens: found 4096, expected 5120 or more");
    assertThat(mistakes(Stage.EXPERTS, "/training/batch_tokens", "1536"))
        .containsExactly(
            "training.batch_tokens: found 1536, expected a divisor of 4096, the tokens that were read until the checkpoint");
  }
}
