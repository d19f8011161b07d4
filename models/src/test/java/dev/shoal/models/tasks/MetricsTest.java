package dev.shoal.models.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The harness's metrics")
class MetricsTest {

  @Test
  @DisplayName(
      "judge a choice by its log-likelihood, by character and by byte, each in its own way")
  void lengths() {
    // -6 / -9 / -12 nats; 2, 4 and 4 characters; 2, 4 and 8 bytes.
    ItemResult item =
        new ItemResult("a", List.of(choice(-6, 2, 2), choice(-9, 4, 4), choice(-12, 4, 8)), 1);
    assertThat(item.chosen()).isEqualTo(0);
    assertThat(item.chosenByCharacters()).isEqualTo(1); // -3, -2.25, -3
    assertThat(item.chosenByBytes()).isEqualTo(2); // -3, -2.25, -1.5
  }

  @Test
  @DisplayName("take the first of equal choices")
  void ties() {
    ItemResult item = new ItemResult("a", List.of(choice(-4, 2, 2), choice(-4, 2, 2)), 1);
    assertThat(List.of(item.chosen(), item.chosenByCharacters(), item.chosenByBytes()))
        .containsOnly(0);
  }

  @Test
  @DisplayName(
      "give a mean the sample's standard deviation over the root of n: 3 of 4 right is 0.75 ± 0.25")
  void standardError() {
    ItemResult right = new ItemResult("r", List.of(choice(-1, 1, 1), choice(-2, 1, 1)), 0);
    ItemResult wrong = new ItemResult("w", List.of(choice(-1, 1, 1), choice(-2, 1, 1)), 1);
    Map<String, Double> metrics =
        Metrics.of(OutputType.MULTIPLE_CHOICE, List.of(right, right, right, wrong));
    assertThat(metrics.get("acc")).isEqualTo(0.75);
    assertThat(metrics.get("acc_stderr")).isCloseTo(0.25, within(1e-12));
    assertThat(metrics)
        .containsOnlyKeys(
            "acc",
            "acc_stderr",
            "acc_norm",
            "acc_norm_stderr",
            "acc_bytes",
            "acc_bytes_stderr",
            "exact_match",
            "exact_match_stderr");
    assertThat(Metrics.of(OutputType.MULTIPLE_CHOICE, List.of(right)))
        .containsEntry("acc", 1.0)
        .doesNotContainKey("acc_stderr");
  }

  @Test
  @DisplayName("divide targets by items: log-likelihoods -1 and -3 make a perplexity of e²")
  void targets() {
    List<ItemResult> items =
        List.of(
            new ItemResult("a", List.of(choice(-1, 3, 3)), 0),
            new ItemResult("b", List.of(choice(-3, 3, 3)), 0));
    Map<String, Double> metrics = Metrics.of(OutputType.LOGLIKELIHOOD, items);
    assertThat(metrics.get("perplexity")).isCloseTo(Math.exp(2), within(1e-12));
    assertThat(metrics).containsKeys("perplexity_stderr", "acc", "acc_stderr");
  }

  @Test
  @DisplayName("divide texts by words and bytes: -12 nats over 4 words and 24 bytes")
  void texts() {
    ItemResult.Choice a = new ItemResult.Choice(-9, false, 5, 20, 20, 3, 0);
    ItemResult.Choice b = new ItemResult.Choice(-3, false, 2, 4, 4, 1, 0);
    Map<String, Double> metrics =
        Metrics.of(
            OutputType.LOGLIKELIHOOD_ROLLING,
            List.of(new ItemResult("1", List.of(a), 0), new ItemResult("2", List.of(b), 0)));
    assertThat(metrics.get("word_perplexity")).isCloseTo(Math.exp(3), within(1e-12));
    assertThat(metrics.get("byte_perplexity")).isCloseTo(Math.exp(0.5), within(1e-12));
    assertThat(metrics.get("bits_per_byte")).isCloseTo(0.5 / Math.log(2), within(1e-12));
    assertThat(Metrics.tokenPerplexity(new double[] {-6, -12}, 4))
        .isCloseTo(Math.exp(3), within(1e-12));
  }

  @Test
  @DisplayName("count characters and words as Python does")
  void pythonText() {
    assertThat(PythonText.characters("a🙂é")).isEqualTo(3);
    assertThat(PythonText.words(" a\u00a0b\n\n c")).isEqualTo(4);
    assertThat(PythonText.words("")).isEqualTo(1);
    assertThat(PythonText.stripTrailing("a b \n\u2003")).isEqualTo("a b");
    assertThat(PythonText.startsWithSpace("\u200ba")).isFalse();
  }

  private static ItemResult.Choice choice(double logLikelihood, int characters, int bytes) {
    return new ItemResult.Choice(logLikelihood, false, 1, characters, bytes, 1, 0);
  }
}
