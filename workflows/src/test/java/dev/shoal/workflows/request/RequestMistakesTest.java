package dev.shoal.workflows.request;

import static dev.shoal.workflows.request.Requests.*;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A request")
class RequestMistakesTest {

  @Test
  @DisplayName("without model and datasets is told so once, without further noise")
  void needsModelAndDatasets() {
    assertThat(mistakes("{}"))
        .isEqualTo("The request has 2 mistakes:\n- model: is missing\n- datasets: is missing");
    assertThat(mistakes("{\"model\": null, \"datasets\": []}"))
        .isEqualTo(one("model: is null, expected a value"));
    assertThat(mistakes("{\"model\": \"/m\", \"datasets\": []}"))
        .isEqualTo(one("datasets: found no data set, expected at least one"));
    assertThat(mistakes("{\"model\": \" \", \"datasets\": \"/empty\"}"))
        .contains("- model: found nothing, expected a folder with config.json");
  }

  @Test
  @DisplayName("is told the nearest name of an unknown field, at any depth")
  void namesNearestField() {
    assertThat(mistakesWith("\"trainig\": {}"))
        .startsWith(one("trainig: unknown field; did you mean training? Fields here: version, "));
    assertThat(mistakesWith("\"training\": {\"lora\": {\"alhpa\": 1}}"))
        .isEqualTo(
            one("training.lora.alhpa: unknown field; did you mean alpha? Fields here: r, alpha"));
    assertThat(
            mistakes(
                LEAST.replace("\"path\": \"/c/code\"", "\"path\": \"/c\", \"textField\": \"t\"")))
        .startsWith(one("datasets[1].textField: unknown field; did you mean text_field? Fields"));
  }

  @Test
  @DisplayName("is told all its mistakes at once, in the order of the fields")
  void collectsMistakes() {
    assertThat(
            mistakes(
                """
                {"model": 5, "datasets": [{"name": "law"}], "recipe": "dive",
                 "calibration": {"windows": "many", "window": 3}, "export": []}
                """))
        .isEqualTo(
            """
            The request has 6 mistakes:
            - recipe: found "dive", which is no recipe; there are dive-2025, domains-2026.1, tokens-2026.1
            - model: found 5, expected text in quotes
            - datasets[0].path: is missing
            - calibration.window: unknown field; did you mean windows? Fields here: windows, \
            window_tokens, affinity_windows, seed, statistic
            - calibration.windows: found the text "many", expected a whole number
            - export: found a list, expected an object""");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"null", "7"})
  @DisplayName("is told the recipes there are")
  void namesRecipes(String recipe) {
    assertThat(mistakes(LEAST.replace("\"domains-2026.1\"", recipe)))
        .isEqualTo(
            one(
                "recipe: found %s, which is no recipe; there are dive-2025, domains-2026.1, tokens-2026.1"
                    .formatted(recipe)));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "calibration": {"windows": 1.5} | calibration.windows: found 1.5, expected a whole number
          "calibration": {"windows": 3e9} | calibration.windows: found 3E+9, expected a whole number
          "calibration": {"windows": "3"} | calibration.windows: found the text "3", expected a whole number
          "calibration": {"seed": "auto"} | calibration.seed: found the text "auto", expected a whole number
          "calibration": {"seed": null} | calibration.seed: is null, expected a value
          "calibration": 3 | calibration: found 3, expected an object
          "training": {"weight_decay": true} | training.weight_decay: found true, expected a number
          "training": {"weight_decay": 1e999} | training.weight_decay: found 1E+999, expected a number
          "training": {"losses": {"router_z": 1e400}} | training.losses.router_z: found 1E+400, expected a number
          "training": {"losses": {"balance": 1}} | training.losses.balance: unknown field; did you mean load_balance? Fields here: load_balance, cv_squared, router_z, mutual_information
          "training": {"lr_scheduler": "linear"} | training.lr_scheduler: found the text "linear", expected one of constant, cosine
          "numerics": {"deterministic": "yes"} | numerics.deterministic: found the text "yes", expected true or false
          "numerics": {"device": {}} | numerics.device: found an object, expected one of cpu, cuda
          "tags": "a" | tags: found the text "a", expected a list
          "tags": ["a", null] | tags[1]: found null, expected text in quotes
          """)
  void namesWrongTypes(String field, String problem) {
    assertThat(mistakesWith(field)).isEqualTo(one(problem));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "version": 2 | version: found 2, expected 1
          "name": "my moe" | name: found my moe, expected 1 to 64 letters, digits, dots, dashes or underscores, not starting with a sign
          "calibration": {"windows": 1, "statistic": "flap"} | calibration.windows: found 1, expected 2 or more, as statistic flap drops the first
          "calibration": {"statistic": "std"} | calibration.statistic: found the text "std", expected one of variance, flap
          "calibration": {"windows": 0} | calibration.windows: found 0, expected 1 or more
          "calibration": {"window_tokens": 1} | calibration.window_tokens: found 1, expected 2 or more
          "calibration": {"affinity_windows": 0} | calibration.affinity_windows: found 0, expected 1 or more
          "training": {"router_tokens": -1} | training.router_tokens: found -1, expected 0 or more
          "training": {"expert_tokens": -1} | training.expert_tokens: found -1, expected 0 or more, or auto
          "training": {"lora": {"r": 0}} | training.lora.r: found 0, expected 1 or more
          "training": {"lora": {"alpha": 0}} | training.lora.alpha: found 0.0, expected a number above 0
          "training": {"distillation": {"weight": -1}} | training.distillation.weight: found -1.0, expected 0 or more
          "training": {"distillation": {"temperature": 0}} | training.distillation.temperature: found 0.0, expected a number above 0
          "training": {"losses": {"load_balance": -1}} | training.losses.load_balance: found -1.0, expected 0 or more
          "training": {"losses": {"cv_squared": -0.5}} | training.losses.cv_squared: found -0.5, expected 0 or more
          "training": {"losses": {"router_z": -1e-3}} | training.losses.router_z: found -0.001, expected 0 or more
          "training": {"losses": {"mutual_information": -1}} | training.losses.mutual_information: found -1.0, expected 0 or more
          "training": {"learning_rate": 0} | training.learning_rate: found 0.0, expected a number above 0
          "training": {"router_temperature": -1} | training.router_temperature: found -1.0, expected a number above 0
          "training": {"warmup_ratio": 1} | training.warmup_ratio: found 1.0, expected in [0, 1)
          "training": {"weight_decay": -0.5} | training.weight_decay: found -0.5, expected 0 or more
          "training": {"sequence_tokens": 1} | training.sequence_tokens: found 1, expected 2 or more
          "training": {"batch_tokens": 1000} | training.batch_tokens: found 1000, expected a multiple of sequence_tokens (512)
          "training": {"batch_tokens": 0} | training.batch_tokens: found 0, expected a multiple of sequence_tokens (512)
          "evaluation": {"windows": 0} | evaluation.windows: found 0, expected 1 or more
          "evaluation": {"window_tokens": 1} | evaluation.window_tokens: found 1, expected 2 or more
          "checkpoint": {"every_seconds": 0} | checkpoint.every_seconds: found 0, expected 1 or more
          "export": {"formats": []} | export.formats: found an empty list, expected at least one
          """)
  void checksRules(String field, String problem) {
    assertThat(mistakesWith(field)).isEqualTo(one(problem));
  }

  @Test
  @DisplayName("cannot learn from experts which data set a token is of where there is one")
  void needsDataSetsToTell() {
    String losses = "\"training\": {\"losses\": {\"mutual_information\": 0.1}}";
    String untrained = "\"path\": \"/c/code\", \"use\": [\"calibrate\", \"evaluate\"]";
    assertThat(mistakes(with(losses).replace("\"path\": \"/c/code\"", untrained)))
        .isEqualTo(
            one(
                "training.losses.mutual_information: found 0.1, expected 0, as there are not two data sets to train on"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "num_experts": 0 | experts.num_experts: found 0, expected 1 or more
          "num_experts": 2, "experts_per_token": 0 | experts.experts_per_token: found 0, expected between 1 and num_experts (2)
          "num_experts": 2, "experts_per_token": 3 | experts.experts_per_token: found 3, expected between 1 and num_experts (2)
          "num_experts": 2, "width": 0 | experts.width: found 0, expected a share in (0, 1] or a whole number of channels
          "num_experts": 2, "width": 1.5 | experts.width: found 1.5, expected a share in (0, 1] or a whole number of channels
          "num_experts": 2, "start": "groups" | experts.start: found groups, expected kmeans, as experts.by is domains; only experts by tokens start from groups
          "num_experts": 2, "fit": {"steps": 9} | experts.fit.steps: found 9, expected 0, as experts.by is domains; only experts by tokens are fitted
          "by": "tokens", "fit": {"steps": -1} | experts.fit.steps: found -1, expected 0 or more
          "by": "tokens", "fit": {"steps": 9, "learning_rate": 0} | experts.fit.learning_rate: found 0.0, expected a number above 0
          "num_experts": 3 | experts.num_experts: found 3 experts for 2 data sets to calibrate on; there cannot be more experts than data sets: add data sets, set num_experts to 2 or less or by to tokens
          "by": "tokens", "router": "trained" | experts.router: found trained, expected fitted, as experts.by is tokens
          "by": "kmeans" | experts.by: found the text "kmeans", expected one of domains, tokens, single, copy, drop-upcycle, random-split, kmeans-split, coactivation-split, random-calibration; did you mean kmeans-split?
          "by": "drop_upcycling" | experts.by: found the text "drop_upcycling", expected one of domains, tokens, single, copy, drop-upcycle, random-split, kmeans-split, coactivation-split, random-calibration; did you mean drop-upcycle?
          "by": "single", "num_experts": 8 | experts.num_experts: found 8, expected 1, as experts.by is single; several equal experts are copy
          "by": "random-split", "compensation": "fold" | experts.compensation: found fold, expected none, as experts.by is random-split and removes no channel
          "by": "copy", "router": "fitted" | experts.router: found fitted, expected trained, as experts.by is copy; routers are fitted for domains, tokens and random-calibration
          "by": "random-calibration", "num_experts": 1025 | calibration.windows: found 1024, expected 1025 or more, as each of the experts is calibrated on its own
          """)
  void checksExperts(String experts, String problem) {
    assertThat(mistakes(LEAST.replace("\"num_experts\": 2", experts))).isEqualTo(one(problem));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "name": "-x", "path": "/c" | datasets[1].name: found -x, expected 1 to 64 letters, digits, dots, dashes or underscores, not starting with a sign
          "name": "law", "path": "/c" | datasets[1].name: found law, expected a name used only once
          "name": "code", "path": "" | datasets[1].path: found nothing, expected a file, folder or glob
          "name": "code", "path": "/c", "weight": 0 | datasets[1].weight: found 0.0, expected a number above 0
          "name": "code", "path": "/c", "use": ["eat"] | datasets[1].use[0]: found the text "eat", expected one of calibrate, train, evaluate
          """)
  void checksDatasets(String entry, String problem) {
    assertThat(mistakes(LEAST.replace("\"name\": \"code\", \"path\": \"/c/code\"", entry)))
        .isEqualTo(one(problem));
  }

  @Test
  @DisplayName("needs a data set for every purpose that it has")
  void needsEveryUse() {
    String request =
        """
        {"recipe": "domains-2026.1", "model": "/m",
         "datasets": [{"name": "law", "path": "/c", "use": ["%s"]}],
         "experts": {"num_experts": 1}, "training": {"router_tokens": %d, "expert_tokens": 0}}
        """;
    assertThat(mistakes(request.formatted("calibrate", 1)))
        .isEqualTo(
            """
            The request has 2 mistakes:
            - datasets: found no data set to train, expected at least one
            - datasets: found no data set to evaluate, expected at least one""");
    assertThat(mistakes(request.formatted("calibrate", 0)))
        .isEqualTo(one("datasets: found no data set to evaluate, expected at least one"));
    assertThat(mistakes(request.formatted("evaluate", 0)))
        .startsWith("The request has 2 mistakes:\n- datasets: found no data set to calibrate,");
  }

  @Test
  @DisplayName("for the default eight experts needs eight data sets")
  void needsDatasetsForExperts() {
    assertThat(mistakes(LEAST.replace("\"num_experts\": 2", "\"width\": 1")))
        .isEqualTo(
            one(
                "experts.num_experts: found 8 experts for 2 data sets to calibrate on; there cannot"
                    + " be more experts than data sets: add data sets, set num_experts to 2 or"
                    + " less or by to tokens"));
  }

  @Test
  @DisplayName("that is no JSON object is told the place of the mistake")
  void locatesSyntax() {
    String cannot = "request: cannot be read as JSON: ";
    assertThat(mistakes("{\"model\": \"/a\",\n \"model\": \"/b\"}"))
        .isEqualTo(one(cannot + "Duplicate field 'model' (line 2, column 9)"));
    assertThat(mistakes("{\n  'model': 1}")).contains("(line 2, column 3)");
    assertThat(mistakes("{} {}")).startsWith(one(cannot + "Trailing token"));
    assertThat(mistakes(""))
        .isEqualTo(one("request: found nothing, expected one JSON object with model and datasets"));
  }
}
