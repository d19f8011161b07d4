package dev.shoal.models.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.models.Progress;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.TinyModels;
import dev.shoal.models.tokens.ModelTokenizer;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A task on the sample model")
class TaskEvaluationTest {

  /** Float32 sums in another order; perplexities of 10^13 amplify a difference by themselves. */
  private static final double NATS = 1e-4;

  private static DenseModel model;
  private static ModelTokenizer tokenizer;

  @BeforeAll
  static void open() {
    Engine.setThreads(1);
    model = DenseModel.load(HarnessFixture.SAMPLE, Device.cpu());
    tokenizer = ModelTokenizer.open(HarnessFixture.SAMPLE);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
    model.close();
  }

  @Test
  @DisplayName(
      "gets the harness's log-likelihoods and aggregates: choices, without examples and with two")
  void choices() {
    agree("choices", FewShot.NONE);
    agree("choices", FewShot.sampled(2, HarnessFixture.path("shots.jsonl")));
  }

  @Test
  @DisplayName("gets them for targets, the bootstrapped error of their perplexity included")
  void targets() {
    agree("targets", FewShot.NONE);
    agree("targets", new FewShot(2, Optional.empty(), FewShot.Order.SAMPLED, 1234));
  }

  @Test
  @DisplayName("gets them for texts, whose windows overlap by one token at most")
  void texts() {
    agree("texts", FewShot.NONE);
  }

  @Test
  @DisplayName("counts the items whose beginning the model could not read")
  void truncated() {
    TaskResult result = run(TaskSpec.of(HarnessFixture.path("choices.jsonl")));
    assertThat(result.model().truncatedItems()).isEqualTo(2);
    assertThat(result.model().maxLength()).isEqualTo(512);
    assertThat(result.items().get(7).choices()).allMatch(choice -> choice.truncatedTokens() > 150);
  }

  @Test
  @DisplayName("gets the token perplexity of disjoint windows over all texts as GPTQ computes it")
  void tokenPerplexity() {
    TaskResult result = run(TaskSpec.of(HarnessFixture.path("texts.jsonl")).withWindowTokens(64));
    double expected = HarnessFixture.read("token_perplexity_64").doubleValue();
    assertThat(result.metrics().get("token_perplexity") / expected).isCloseTo(1, within(NATS));
    assertThat(result.model().windowTokens()).isEqualTo(64);
  }

  @Test
  @DisplayName("names file and row where the tokenizer does not fit the model")
  void foreignTokenizer() {
    Task task = TaskFile.read(TaskSpec.of(HarnessFixture.path("targets.jsonl")));
    try (DenseModel other = TinyModels.dense(1, Device.cpu())) {
      assertThatThrownBy(() -> TaskEvaluation.run(other, tokenizer, task, Progress.NONE))
          .isInstanceOf(TaskException.class)
          .hasMessage(
              HarnessFixture.path("targets.jsonl")
                  + " row 1: the tokenizer gives token 522, but the model's vocabulary is 0 to 96;"
                  + " use the model's own tokenizer");
    }
  }

  private static void agree(String name, FewShot fewShot) {
    TaskResult result = run(TaskSpec.of(HarnessFixture.path(name + ".jsonl")).withFewShot(fewShot));
    JsonNode expected = HarnessFixture.read("tasks").get(name + "-" + fewShot.count());
    for (int i = 0; i < result.items().size(); i++) {
      JsonNode item = expected.get("items").get(i);
      for (int c = 0; c < item.size(); c++) {
        assertThat(result.items().get(i).choices().get(c).logLikelihood())
            .as("%s item %d choice %d", name, i, c)
            .isCloseTo(item.get(c).doubleValue(), within(tolerance(item.get(c).doubleValue())));
      }
    }
    expected
        .get("results")
        .fields()
        .forEachRemaining(
            field -> {
              if (field.getKey().endsWith(",none") && field.getValue().isNumber()) {
                double actual = result.metrics().get(field.getKey().replace(",none", ""));
                double value = field.getValue().doubleValue();
                assertThat(actual)
                    .as(field.getKey())
                    .isCloseTo(value, within(1e-4 * Math.max(1, value)));
              }
            });
  }

  private static double tolerance(double nats) {
    return Math.max(NATS, 1e-6 * Math.abs(nats));
  }

  private static TaskResult run(TaskSpec spec) {
    return TaskEvaluation.run(model, tokenizer, TaskFile.read(spec), Progress.NONE);
  }
}
