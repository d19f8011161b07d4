package dev.shoal.workflows.request;

import static dev.shoal.workflows.request.Requests.*;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A request")
class RequestReaderTest {

  @Test
  @DisplayName("for experts by tokens has a fitted router, and no router stage unless asked for")
  void fitsRouters() {
    ReconstructionRequest tokens = read(LEAST.replace("2}", "16, \"by\": \"tokens\"}"));
    assertThat(tokens.experts().router()).isEqualTo(Experts.RouterOrigin.FITTED);
    assertThat(tokens.experts().numExperts()).isEqualTo(16);
    assertThat(tokens.training().routerTokens()).isZero();
    ReconstructionRequest fitted = read(LEAST.replace("2}", "2, \"router\": \"fitted\"}"));
    assertThat(fitted.experts().by()).isEqualTo(Experts.By.DOMAINS);
    assertThat(fitted.training().routerTokens()).isZero();
    String asked = "2, \"router\": \"fitted\"}, \"training\": {\"router_tokens\": 512}";
    assertThat(read(LEAST.replace("2}", asked)).training().routerTokens()).isEqualTo(512);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "single, 1, 0.5, FOLD, 0",
    "copy, 8, 0.5, FOLD, 0",
    "drop-upcycle, 8, 0.5, FOLD, 500000000",
    "Random-Split, 8, 0.125, NONE, 500000000",
    "kmeans-split, 8, 0.125, NONE, 500000000",
    "coactivation-split, 8, 0.125, NONE, 500000000",
    "random-calibration, 8, 0.5, FOLD, 500000000"
  })
  @DisplayName("for experts to compare with has the defaults that make sense for them")
  void baselines(
      String by, int experts, BigDecimal width, Experts.Compensation compensation, long router) {
    ReconstructionRequest request =
        read(LEAST.replace("\"num_experts\": 2", "\"by\": \"" + by + "\""));
    assertThat(request.experts())
        .isEqualTo(
            new Experts(
                request.experts().by(),
                experts,
                1,
                width,
                compensation,
                Experts.RouterOrigin.TRAINED,
                Experts.Start.KMEANS,
                Experts.Fit.NONE));
    assertThat(request.experts().by()).hasToString(by.toLowerCase(Locale.ROOT));
    assertThat(request.training().routerTokens()).isEqualTo(router);
  }

  @Test
  @DisplayName("that trains experts on little text trains a fresh router on a fifth of that")
  void fewRouterTokens() {
    assertThat(read(with("\"training\": {\"expert_tokens\": 2e4}")).training().routerTokens())
        .isEqualTo(4000);
    assertThat(read(with("\"training\": {\"expert_tokens\": 1e10}")).training().routerTokens())
        .isEqualTo(500_000_000);
    assertThat(read(with("\"training\": {\"expert_tokens\": 0}")).training().routerTokens())
        .isEqualTo(500_000_000);
    String own = "\"training\": {\"expert_tokens\": 2e4, \"router_tokens\": 7}";
    assertThat(read(with(own)).training().routerTokens()).isEqualTo(7);
  }

  @Test
  @DisplayName("for a split may say everything itself; a third is rounded down")
  void splits() {
    String third = "\"by\": \"random-split\", \"num_experts\": 3";
    assertThat(read(LEAST.replace("\"num_experts\": 2", third)).experts().width())
        .isEqualTo(new BigDecimal("0.3333333333333333"));
    String own = third + ", \"width\": 128";
    assertThat(read(LEAST.replace("\"num_experts\": 2", own)).experts().width())
        .isEqualTo(new BigDecimal("128"));
  }

  @Test
  @DisplayName("with only model and datasets takes the rest from the newest recipe")
  void takesDefaults() {
    ReconstructionRequest request = read(LEAST);

    List<Use> all = List.of(Use.CALIBRATE, Use.TRAIN, Use.EVALUATE);
    assertThat(request)
        .isEqualTo(
            new ReconstructionRequest(
                1,
                "domains-2026.1",
                "unnamed",
                List.of(),
                null,
                "/models/llama",
                List.of(
                    new Dataset("law", "/c/law", "text", null, all, 1.0),
                    new Dataset("code", "/c/code", "text", null, all, 1.0)),
                new Experts(
                    Experts.By.DOMAINS,
                    2,
                    1,
                    new BigDecimal("0.5"),
                    Experts.Compensation.FOLD,
                    Experts.RouterOrigin.TRAINED,
                    Experts.Start.KMEANS,
                    Experts.Fit.NONE),
                new Calibration(1024, 256, 128, 42L, Calibration.Statistic.VARIANCE),
                new Training(
                    500_000_000L,
                    null,
                    null,
                    new Training.Lora(8, 16.0),
                    new Training.Distillation(1.0, 1.0),
                    Training.Losses.NONE,
                    null,
                    32768,
                    0.03,
                    Training.LrScheduler.COSINE,
                    0.0,
                    512,
                    null,
                    42L,
                    null),
                new Evaluation(128, 512, List.of()),
                new Numerics(null, null, false),
                new Checkpoint(300),
                new Export(
                    List.of(Export.Format.HF), Export.StoredType.BFLOAT16, Export.GgufType.BF16)));
  }

  @Test
  @DisplayName("may take the paper's settings by the recipe dive-2025")
  void paper() {
    ReconstructionRequest request = read(LEAST.replace("domains-2026.1", "dive-2025"));

    assertThat(request.recipe()).isEqualTo("dive-2025");
    assertThat(request.experts().compensation()).isEqualTo(Experts.Compensation.BIAS);
    assertThat(request.calibration())
        .isEqualTo(new Calibration(1024, 256, 128, 42L, Calibration.Statistic.FLAP));
    assertThat(request.training())
        .isEqualTo(
            new Training(
                500_000_000L,
                5_000_000_000L,
                Training.TrainedWeights.LORA,
                new Training.Lora(8, 16.0),
                new Training.Distillation(0.0, 1.0),
                Training.Losses.NONE,
                1e-4,
                524_288,
                0.03,
                Training.LrScheduler.COSINE,
                0.0,
                1024,
                null, // 0.05 or 0.5 by experts per token, as in the paper
                42L,
                null));
  }

  @Test
  @DisplayName("without a recipe makes experts for kinds of tokens")
  void newest() {
    ReconstructionRequest request = read(LEAST.replace("\"recipe\": \"domains-2026.1\", ", ""));
    assertThat(request.recipe()).isEqualTo("tokens-2026.1").isEqualTo(Recipe.newest());
    assertThat(request.experts().by()).isEqualTo(Experts.By.TOKENS);
    assertThat(request.experts().router()).isEqualTo(Experts.RouterOrigin.FITTED);
    assertThat(request.calibration().windows()).isEqualTo(1344);
    assertThat(request.training().routerTokens()).isZero();
  }

  @Test
  @DisplayName("says every field in snake_case; words may be in capitals, whole numbers as 5e8")
  void mapsEveryField() {
    ReconstructionRequest request =
        read(
            """
            {"version": 1, "recipe": "domains-2026.1", "name": "legal-moe", "tags": ["a", "b"],
             "description": "why", "model": "/m",
             "datasets": [{"name": "law", "path": "/l", "text_field": "body", "eval_path": "/e",
                           "use": ["calibrate", "EVALUATE"], "weight": 3},
                          {"name": "code", "path": "/c", "use": ["train"], "eval_path": null}],
             "experts": {"by": "domains", "num_experts": 1, "experts_per_token": 1, "width": 1408,
                         "compensation": "Bias", "router": "trained"},
             "calibration": {"windows": 2, "window_tokens": 2, "affinity_windows": 3, "seed": -4,
                             "statistic": "flap"},
             "training": {"router_tokens": 0, "expert_tokens": 5e8, "weights": "lora",
                          "lora": {"r": 4, "alpha": 0.5},
                          "distillation": {"weight": 0, "temperature": 2},
                          "losses": {"load_balance": 0.01, "cv_squared": 0.1, "router_z": 1e-3,
                                     "mutual_information": 0},
                          "learning_rate": 1e-4, "batch_tokens": 64, "warmup_ratio": 0,
                          "lr_scheduler": "constant", "weight_decay": 0.1, "sequence_tokens": 32,
                          "router_temperature": 0.5, "seed": 7},
             "evaluation": {"windows": 5, "window_tokens": 6},
             "numerics": {"device": "cpu", "dtype": "float32", "deterministic": true},
             "checkpoint": {"every_seconds": 9}, "export": {"formats": ["hf"], "dtype": "float16"}}
            """);

    assertThat(request)
        .isEqualTo(
            new ReconstructionRequest(
                1,
                "domains-2026.1",
                "legal-moe",
                List.of("a", "b"),
                "why",
                "/m",
                List.of(
                    new Dataset(
                        "law", "/l", "body", "/e", List.of(Use.CALIBRATE, Use.EVALUATE), 3.0),
                    new Dataset("code", "/c", "text", null, List.of(Use.TRAIN), 1.0)),
                new Experts(
                    Experts.By.DOMAINS,
                    1,
                    1,
                    new BigDecimal("1408"),
                    Experts.Compensation.BIAS,
                    Experts.RouterOrigin.TRAINED,
                    Experts.Start.KMEANS,
                    Experts.Fit.NONE),
                new Calibration(2, 2, 3, -4L, Calibration.Statistic.FLAP),
                new Training(
                    0L,
                    500_000_000L,
                    Training.TrainedWeights.LORA,
                    new Training.Lora(4, 0.5),
                    new Training.Distillation(0.0, 2.0),
                    new Training.Losses(0.01, 0.1, 0.001, 0.0),
                    1e-4,
                    64,
                    0.0,
                    Training.LrScheduler.CONSTANT,
                    0.1,
                    32,
                    0.5,
                    7L,
                    null),
                new Evaluation(5, 6, List.of()),
                new Numerics(Numerics.Device.CPU, Numerics.ComputeType.FLOAT32, true),
                new Checkpoint(9),
                new Export(
                    List.of(Export.Format.HF), Export.StoredType.FLOAT16, Export.GgufType.BF16)));
  }

  @Test
  @DisplayName("writes losses on what routers do where there are any, and reads none as none")
  void writesLosses() {
    ObjectMapper json = new ObjectMapper();
    Training without = read(LEAST).training();
    assertThat(without.losses()).isEqualTo(Training.Losses.NONE);
    assertThat(json.valueToTree(without).has("losses")).isFalse();
    assertThat(json.convertValue(json.valueToTree(without), Training.class)).isEqualTo(without);

    Training with =
        read(with("\"training\": {\"losses\": {\"mutual_information\": 0.5}}")).training();
    assertThat(with.losses()).isEqualTo(new Training.Losses(0.0, 0.0, 0.0, 0.5));
    assertThat(json.convertValue(json.valueToTree(with), Training.class)).isEqualTo(with);
  }

  @Test
  @DisplayName("may leave to inspection what is auto, in words or as null")
  void readsAuto() {
    Training training =
        read(with("\"training\": {\"learning_rate\": null, \"expert_tokens\": \"auto\"}"))
            .training();

    assertThat(training.learningRate()).isNull();
    assertThat(training.expertTokens()).isNull();
  }

  @Test
  @DisplayName("may name a folder of data sets")
  void expandsFolder() {
    String request = "{\"datasets\": \"%s\", \"model\": \"/m\", \"experts\": {\"num_experts\": 2}}";

    assertThat(read(request.formatted("/corpora")).datasets())
        .extracting(Dataset::path)
        .containsExactly("/corpora/law", "/corpora/code");
    assertThat(mistakes(request.formatted("/empty")))
        .isEqualTo(one("datasets: found no data set, expected at least one"));
  }
}
