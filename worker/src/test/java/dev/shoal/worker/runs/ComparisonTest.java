package dev.shoal.worker.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.worker.runs.Comparison.Row;
import dev.shoal.workflows.request.Experts;
import dev.shoal.workflows.request.Training;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A comparison of runs")
class ComparisonTest {

  private static final String MEAN = "perplexity_per_token/geometric_mean";

  private final Comparison comparison =
      new Comparison(
          List.of(
              new Row(
                  "groups 01234567",
                  experts(Experts.By.DOMAINS, 8, "0.5"),
                  training(Training.TrainedWeights.LORA, 1_000_000, 0),
                  models(67.3, 18.0),
                  90),
              new Row(
                  "tokens 89abcdef",
                  experts(Experts.By.TOKENS, 64, "0.125"),
                  training(Training.TrainedWeights.FULL, 0, 1),
                  models(30.2, 15.0),
                  3600)));

  private static Experts experts(Experts.By by, int number, String width) {
    return new Experts(
        by,
        number,
        1,
        new BigDecimal(width),
        Experts.Compensation.FOLD,
        Experts.RouterOrigin.FITTED);
  }

  private static Training training(Training.TrainedWeights weights, long router, double distilled) {
    return new Training(
        router,
        2_000_000L,
        weights,
        new Training.Lora(8, 16.0),
        new Training.Distillation(distilled, 1.0),
        Training.Losses.NONE,
        1e-3,
        1024,
        0.0,
        Training.LrScheduler.COSINE,
        0.0,
        128,
        0.05,
        1L);
  }

  private static Map<String, Map<String, Double>> models(double assembled, double trained) {
    Map<String, Map<String, Double>> models = new LinkedHashMap<>();
    models.put("dense", Map.of(MEAN, 16.0, "perplexity_per_token/law", 16.0));
    models.put("assembled", Map.of(MEAN, assembled));
    models.put(
        "trained",
        Map.of(
            MEAN,
            trained,
            "perplexity_per_token/law",
            trained,
            "parameters",
            126_560_000.0,
            "active_parameters",
            15_080_000.0));
    return models;
  }

  @Test
  @DisplayName("puts the best first and says how many dense FFNs a layer's experts hold")
  void table() {
    assertThat(comparison.table().lines())
        .containsExactly(
            "run              experts                            trained          tokens    in all   active  dense FFNs   assembled    last  from dense  computing",
            "tokens 89abcdef  tokens 64 x 0.125, 1 active, fold  full, distilled  2.00 M  126.56 M  15.08 M  8.00, 0.125     30.200  15.000  -6.3 %      60 min",
            "groups 01234567  domains 8 x 0.5, 1 active, fold    lora 8           3.00 M  126.56 M  15.08 M  4.00, 0.500     67.300  18.000  +12.5 %     90 s",
            "dense FFNs: how many the experts of a layer hold, and how many of them are at work.");
  }

  @Test
  @DisplayName("shows the last model of every run on every data set, under the dense one")
  void dataSets() {
    assertThat(comparison.dataSets().lines().map(line -> line.replaceAll(" .*", "")))
        .containsExactly("model", "dense", "tokens", "groups");
    assertThat(comparison.dataSets()).contains("law").contains("18.000");
  }

  @Test
  @DisplayName("has every metric of every judged model for programs")
  void json() {
    assertThat(comparison.json().at("/runs/0/run").asText()).isEqualTo("tokens 89abcdef");
    assertThat(comparison.json().at("/runs/1/models/assembled").get(MEAN).asDouble())
        .isEqualTo(67.3);
    assertThat(comparison.json().at("/runs/1/training_tokens").asLong()).isEqualTo(3_000_000);
  }
}
