package dev.shoal.models.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Prompts")
class PromptsTest {

  @Test
  @DisplayName(
      "hold the examples that the harness draws, from another file and from the task's own")
  void examplesOfTheHarness() {
    for (JsonNode fixture : HarnessFixture.read("prompts")) {
      Optional<Path> shots =
          Optional.of(fixture.get("fewshot"))
              .filter(JsonNode::isTextual)
              .map(name -> HarnessFixture.path(name.textValue()));
      FewShot.Order order =
          fixture.get("sampler").textValue().equals("first_n")
              ? FewShot.Order.FIRST_N
              : FewShot.Order.SAMPLED;
      Task task =
          TaskFile.read(
              TaskSpec.of(HarnessFixture.path("choices.jsonl"))
                  .withFewShot(new FewShot(fixture.get("count").intValue(), shots, order, 1234))
                  .withFormat(
                      new PromptFormat(fixture.get("description").textValue(), " ", "\n\n")));
      List<String> prompts = Prompts.of(task);
      for (int i = 0; i < prompts.size(); i++) {
        String expected =
            fixture.get("prompts").get(i).textValue() + task.examples().get(i).context();
        assertThat(prompts.get(i)).as("%s item %d", fixture.get("fewshot"), i).isEqualTo(expected);
      }
    }
  }

  @Test
  @DisplayName("put the delimiter before every choice, and before a target that brings no space")
  void delimiters() {
    Task choices = TaskFile.read(TaskSpec.of(HarnessFixture.path("choices.jsonl")));
    assertThat(Prompts.continuation(choices, choices.examples().get(0), 1)).isEqualTo(" sun shone");
    Task targets = TaskFile.read(TaskSpec.of(HarnessFixture.path("targets.jsonl")));
    assertThat(Prompts.continuation(targets, targets.examples().get(0), 0)).isEqualTo(" park");
    assertThat(Prompts.continuation(targets, targets.examples().get(1), 0)).isEqualTo(" sea.");
  }
}
