package dev.shoal.worker.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.shoal.workflows.request.RequestReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A comparison of runs")
class ComparisonTest {

  private static final String MEAN = "perplexity_per_token/geometric_mean";

  private static final String GROUPS =
      """
      {"name": "groups", "recipe": "domains-2026.1", "model": "/m",
       "datasets": [{"name": "law", "path": "/c"}, {"name": "code", "path": "/d"}],
       "experts": {"num_experts": 2, "width": 0.5},
       "training": {"router_tokens": 1e6, "expert_tokens": 2e6, "weights": "lora",
                    "distillation": {"weight": 0}}}
      """;

  private static final String TOKENS =
      """
      {"name": "tokens-seed-%1$d", "recipe": "tokens-2026.1", "model": "/m",
       "datasets": [{"name": "law", "path": "/c"}],
       "experts": {"num_experts": 64, "width": 0.125},
       "calibration": {"seed": %1$d},
       "training": {"expert_tokens": 2e6, "weights": "full", "seed": %1$d}}
      """;

  private final Comparison comparison =
      new Comparison(
          List.of(
              run(GROUPS, "01234567", 67.3, 18.0),
              run(TOKENS.formatted(1), "89abcdef", 30.2, 15.0),
              run(TOKENS.formatted(2), "fedcba98", 30.4, 15.2),
              run(TOKENS.formatted(2), "the same", 30.4, 15.2)));

  private static ComparedRun run(String json, String id, double assembled, double trained) {
    return run(json, id, models(assembled, trained), trained);
  }

  private static ComparedRun run(
      String json, String id, Map<String, Map<String, Double>> models, double trained) {
    var request = RequestReader.read(json, folder -> List.of());
    return new ComparedRun(
        request.name(),
        request.name() + " " + id,
        request,
        models,
        Map.of("arc acc", trained / 100, "arc acc_stderr", 0.01),
        90);
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
            "perplexity_choose/geometric_mean",
            trained - 1,
            "perplexity_report/geometric_mean",
            trained + 1,
            "parameters",
            126_560_000.0,
            "active_parameters",
            15_080_000.0,
            "flops_per_token",
            30_200_000.0));
    return models;
  }

  @Test
  @DisplayName("takes no mean of runs of which one is not as far as the other")
  void unfinished() {
    Map<String, Map<String, Double>> models = models(30.4, 15.2);
    models.remove("trained");
    ComparedRun training = run(TOKENS.formatted(2), "fedcba98", models, 30.4);
    Comparison two =
        new Comparison(List.of(run(TOKENS.formatted(1), "89abcdef", 30.2, 15), training));
    assertThat(two.rows()).hasSize(2);
    assertThat(two.rows().get(1).last(MEAN).mean()).isEqualTo(30.4);
  }

  @Test
  @DisplayName(
      "puts the best first, seeds into one row, and says how many dense FFNs a layer holds")
  void table() {
    assertThat(comparison.table().lines())
        .containsExactly(
            "run                       experts                            trained          tokens    in all",
            "tokens 89abcdef, 2 seeds  tokens 64 x 0.125, 1 active, fold  full, distilled  2.00 M  126.56 M",
            "groups 01234567           domains 2 x 0.5, 1 active, fold    lora 8           3.00 M  126.56 M",
            "",
            "run                        active  dense FFNs   FLOPs/token",
            "tokens 89abcdef, 2 seeds  15.08 M  8.00, 0.125      30.20 M",
            "groups 01234567           15.08 M  1.00, 0.500      30.20 M",
            "dense FFNs: how many the experts of a layer hold, and how many of them are at work.",
            "",
            "run                        dense  assembled       last            from dense  to choose",
            "tokens 89abcdef, 2 seeds  16.000  30.300 ± 1.271  15.100 ± 1.271  -5.6 %      14.100 ± 1.271",
            "groups 01234567           16.000  67.300          18.000          +12.5 %     17.000",
            "",
            "run                       to report       computing",
            "tokens 89abcdef, 2 seeds  16.100 ± 1.271  90 s",
            "groups 01234567           19.000          90 s",
            "The best by one half of the evaluation windows, `to choose`, comes first; `to report` is the other",
            "half.",
            "± is the 95 % confidence interval of the mean over seeds; rows whose intervals overlap may be in",
            "either order.",
            "",
            "run                       arc acc",
            "tokens 89abcdef, 2 seeds  0.151 ± 0.013",
            "groups 01234567           0.180");
  }

  @Test
  @DisplayName("shows the last model of every run on every data set, under the dense one")
  void dataSets() {
    assertThat(comparison.dataSets().lines().map(line -> line.replaceAll(" .*", "")))
        .containsExactly("model", "dense", "tokens-seed-1", "tokens-seed-2", "groups");
    assertThat(comparison.dataSets()).contains("law").contains("18.000");
  }

  @Test
  @DisplayName("has every metric of every judged model for programs")
  void json() {
    assertThat(comparison.json().at("/runs/0/run").asText()).isEqualTo("tokens-seed-1 89abcdef");
    assertThat(comparison.json().at("/runs/0/row").asText()).isEqualTo("tokens 89abcdef, 2 seeds");
    assertThat(comparison.json().at("/runs/2/models/assembled").get(MEAN).asDouble())
        .isEqualTo(67.3);
    assertThat(comparison.json().at("/runs/2/training_tokens").asLong()).isEqualTo(3_000_000);
  }

  @Test
  @DisplayName("over seeds has Student's interval: 4.303 s / sqrt(3) of three values")
  void interval() {
    Spread spread = new Spread(List.of(15.0, 15.1, 15.2)); // s = 0.1

    assertThat(spread.mean()).isCloseTo(15.1, within(1e-12));
    assertThat(spread.halfWidth()).isCloseTo(4.302653 * 0.1 / Math.sqrt(3), within(1e-6));
    assertThat(new Spread(List.of(15.0)).text("%.1f")).isEqualTo("15.0");
  }
}
