package dev.shoal.activities;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.shoal.models.evaluation.Nll;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Evaluation windows")
class EvaluationsTest {

  @Test
  @DisplayName("are split in two halves that interleave; a single window is in the first")
  void halves() {
    Map<String, List<Nll>> windows =
        Map.of(
            "law", List.of(new Nll(2, 1), new Nll(4, 1), new Nll(3, 1)),
            "code", List.of(new Nll(1, 1)));

    Scores.Half choose = Evaluations.half(windows, 0);
    Scores.Half report = Evaluations.half(windows, 1);

    assertThat(choose.perplexity()).containsOnlyKeys("law", "code");
    assertThat(choose.perplexity().get("law")).isCloseTo(Math.exp((2 + 3) / 2.0), within(1e-12));
    assertThat(choose.geometricMean()).isCloseTo(Math.exp((2.5 + 1) / 2), within(1e-12));
    assertThat(report.perplexity()).containsOnlyKeys("law");
    assertThat(report.perplexity().get("law")).isCloseTo(Math.exp(4), within(1e-9));
    assertThat(report.geometricMean()).as("a mean that lacks a data set").isNull();
    assertThat(Evaluations.half(Map.of("code", List.of(new Nll(1, 1))), 1)).isNull();
  }
}
