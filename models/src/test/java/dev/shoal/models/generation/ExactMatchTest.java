package dev.shoal.models.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.models.engine.Device;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.llama.TinyModels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Exact match")
class ExactMatchTest {

  private static JsonNode fixture() throws IOException {
    return new ObjectMapper().readTree(ExactMatchTest.class.getResource("exact-match.json"));
  }

  @Test
  @DisplayName("finds the answers that the harness finds in a text")
  void filters() throws IOException {
    for (JsonNode row : fixture().path("texts")) {
      String text = row.path("text").textValue();
      for (AnswerFilter filter : AnswerFilter.GSM8K) {
        assertThat(filter.answer(text))
            .as("%s of '%s'", filter.name(), text)
            .isEqualTo(row.path(filter.name()).textValue());
      }
      assertThat(AnswerFilter.NONE.answer(text)).isEqualTo(text);
    }
  }

  @Test
  @DisplayName("counts as right what the harness counts as right")
  void pairs() throws IOException {
    ExactMatch unpunctuated = new ExactMatch(false, true, List.of());
    for (JsonNode row : fixture().path("pairs")) {
      String answer = row.path("answer").textValue();
      String target = row.path("target").textValue();
      assertThat(
              List.of(
                  ExactMatch.STRICT.equal(answer, target),
                  ExactMatch.GSM8K.equal(answer, target),
                  unpunctuated.equal(answer, target)))
          .as("'%s' for '%s'", answer, target)
          .containsExactly(
              row.path("strict").booleanValue(),
              row.path("gsm8k").booleanValue(),
              row.path("ignore_punctuation").booleanValue());
    }
  }

  @Test
  @DisplayName("is the share of right answers: 3 of 4 with a standard error of 0.25")
  void scores() {
    ExactMatchSettings settings =
        new ExactMatchSettings(
            GenerationSettings.greedy(8, List.of()),
            List.of(new AnswerFilter("last", Pattern.compile("[0-9]+"), true), AnswerFilter.NONE),
            ExactMatch.STRICT);
    int[][] prompts = TinyModels.windows(4, 6, 2);
    prompts[2] = TinyModels.windows(1, 60, 2)[0]; // 64 positions leave room for 56
    try (LanguageModel model = TinyModels.dense(1, Device.cpu())) {
      List<ExactMatchEvaluation.Question> questions = new ArrayList<>();
      for (int[] prompt : prompts) {
        questions.add(new ExactMatchEvaluation.Question(prompt, last(model, prompt)));
      }
      questions.set(0, new ExactMatchEvaluation.Question(prompts[0], "[invalid]"));
      List<Long> done = new ArrayList<>();
      ExactMatchResult result =
          ExactMatchEvaluation.run(
              model, GeneratorTest::numbers, questions, settings, (what, n, all) -> done.add(n));
      assertThat(result.scores().get("last").exactMatch()).isEqualTo(0.75);
      assertThat(result.scores().get("last").standardError()).isCloseTo(0.25, within(1e-12));
      assertThat(result.scores().get("none").exactMatch()).isZero();
      assertThat(result.truncated()).isEqualTo(1);
      assertThat(result.items().get(2).promptTokensCut()).isEqualTo(4);
      assertThat(result.items().get(2).answers().get("last").right()).isTrue();
      assertThat(done).containsExactly(1L, 2L, 3L, 4L);
    }
  }

  /** The eighth token behind the last 56 of a prompt. */
  private static String last(LanguageModel model, int[] prompt) {
    int[] end = Arrays.copyOfRange(prompt, Math.max(0, prompt.length - 56), prompt.length);
    try (Generator generator = new Generator(model, GeneratorTest::numbers)) {
      List<Integer> ids =
          generator.generate(end, GenerationSettings.greedy(8, List.of()), piece -> {}).ids();
      return String.valueOf(ids.get(7));
    }
  }

  @Test
  @DisplayName("refuses answers longer than the model")
  void refuses() {
    try (LanguageModel model = TinyModels.dense(1, Device.cpu())) {
      assertThatThrownBy(
              () ->
                  ExactMatchEvaluation.run(
                      model,
                      GeneratorTest::numbers,
                      List.of(),
                      ExactMatchSettings.gsm8k(List.of()),
                      (what, n, all) -> {}))
          .hasMessage(
              "max_new_tokens is 256; the model has 64 positions for prompt and answer together, lower it");
    }
  }
}
