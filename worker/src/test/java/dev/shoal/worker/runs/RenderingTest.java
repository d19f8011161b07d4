package dev.shoal.worker.runs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.workflows.Progress;
import dev.shoal.workflows.ReconstructionResult;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What people read")
class RenderingTest {

  private final StringWriter written = new StringWriter();
  private final Screen screen = new LineScreen(new PrintWriter(written));

  @Test
  @DisplayName("a table has models, parameters in all and active, the mean, and each data set")
  void scoreTable() {
    Map<String, Map<String, Double>> models = new LinkedHashMap<>();
    models.put(
        "dense",
        Map.of(
            "perplexity_per_token/sql", 2.0,
            "perplexity_per_token/german", 8.0,
            "perplexity_per_token/geometric_mean", 4.0,
            "parameters", 980_000.0,
            "active_parameters", 980_000.0));
    models.put(
        "trained",
        Map.of("perplexity_per_token/german", 10.25, "perplexity_per_token/geometric_mean", 5.0));
    assertThat(ScoreTable.table(models))
        .isEqualTo(
            """
            model    parameters    active  geometric mean  from dense  german    sql
            dense      980.00 k  980.00 k           4.000               8.000  2.000
            trained                                 5.000  +25.0 %     10.250""");
  }

  @Test
  @DisplayName("a model that was judged by hand as well has a row for that behind its own")
  void byHand() {
    Map<String, Map<String, Double>> models = new LinkedHashMap<>();
    models.put(
        "assembled",
        Map.of(
            "perplexity_per_token/geometric_mean", 8.0,
            "perplexity_by_hand/german", 5.0,
            "perplexity_by_hand/geometric_mean", 6.0));
    models.put("routed", Map.of("perplexity_per_token/geometric_mean", 7.0));
    assertThat(ScoreTable.table(ScoreTable.withByHand(models)))
        .isEqualTo(
            """
            model               parameters  active  geometric mean  from dense  german
            assembled                                        8.000
            assembled, by hand                               6.000               5.000
            routed                                           7.000""");
  }

  @Test
  @DisplayName("numbers of parameters are short: 1100048384 is 1.10 G")
  void counts() {
    assertThat(ScoreTable.count(1_100_048_384.0)).isEqualTo("1.10 G");
    assertThat(ScoreTable.count(999_999.0)).isEqualTo("1.00 M");
    assertThat(ScoreTable.count(12.0)).isEqualTo("12");
  }

  @Test
  @DisplayName("without a database the table has the means of the models there are")
  void scoreTableOfAResult() {
    ReconstructionResult result =
        new ReconstructionResult(
            "r", "n", 4.0, 6.5, null, 4.25, "m", null, null, null, "none", null, 3, 0);
    assertThat(ScoreTable.table(result))
        .isEqualTo(
            """
            model      geometric mean
            dense               4.000
            assembled           6.500
            trained             4.250""");
  }

  @Test
  @DisplayName("a stage is told once, when it is finished, with its origin")
  void stagesAreToldOnce() {
    Progress.Stage reused = new Progress.Stage("calibrate · sql", "REUSED", "from run 1a2b");
    Progress.Stage running = new Progress.Stage("group", "RUNNING", "");
    Progress.Stage computed = new Progress.Stage("group", "COMPUTED", "");
    screen.stages(new Progress("r", "RUNNING", List.of(reused, running)), List.of());
    screen.stages(new Progress("r", "RUNNING", List.of(reused, computed)), List.of());
    screen.stages(new Progress("r", "RUNNING", List.of(reused, computed)), List.of());
    assertThat(written.toString())
        .isEqualToNormalizingNewlines(
            "REUSED    calibrate · sql  (from run 1a2b)\nCOMPUTED  group\n");
  }

  @Test
  @DisplayName("a stage that needs attention comes with the three commands")
  void attention() {
    Progress.Stage stage = new Progress.Stage("train experts", "NEEDS_ATTENTION", "Diverged: NaN");
    Progress progress = new Progress("r", "NEEDS_ATTENTION", List.of(stage));
    assertThat(RunWatch.attention("shoal/a/1", progress).orElseThrow().steps())
        .startsWith("The stage \"train experts\" needs attention: Diverged: NaN\n")
        .contains(
            "  shoal resume shoal/a/1 --stage \"train experts\" --retry ",
            "  shoal resume shoal/a/1 --stage \"train experts\" --skip ",
            "  shoal resume shoal/a/1 --stage \"train experts\" --abort ");
  }

  @Test
  @DisplayName("a running activity shows what its heartbeat says")
  void heartbeat() {
    ObjectNode details = JsonNodeFactory.instance.objectNode();
    details.put("phase", "step").put("step", 120).put("totalSteps", 1024).put("loss", 2.3456);
    details.put("tokensPerSecond", 12345.6).put("etaSeconds", 754);
    assertThat(new PendingActivity("", "train", true, 1, Optional.of(details), "").describe())
        .isEqualTo("train · step · 120/1,024 · loss 2.346 · 12,346 tokens/s · 12 min left");
    assertThat(
            new PendingActivity("half", "train", false, 3, Optional.empty(), "no space\n at")
                .describe())
        .isEqualTo("half: train · attempt 3 soon: no space");
  }

  @Test
  @DisplayName("an activity that counts all of its parts shows the part and no second name")
  void parts() {
    ObjectNode details = JsonNodeFactory.instance.objectNode();
    details.put("phase", "build experts: layer 2/4, turn 3/5").put("step", 10);
    details.put("totalSteps", 24);
    PendingActivity built =
        new PendingActivity("", "build experts", true, 1, Optional.of(details), "");
    assertThat(built.describe()).isEqualTo("build experts · layer 2/4, turn 3/5 · 10/24");
    assertThat(built.isWholeStage()).isTrue();
    details.put("phase", "score");
    assertThat(built.isWholeStage()).isFalse();
  }

  @Test
  @DisplayName("columns without room in a line come below, beside the first column")
  void wide() {
    TextTable table = new TextTable("run", "a".repeat(60), "b".repeat(40), "c");
    table.add("first", "1", "2", "3");
    assertThat(table.toString())
        .isEqualToNormalizingNewlines(
            String.join(
                "\n",
                "run    " + "a".repeat(60),
                "first  " + " ".repeat(59) + "1",
                "",
                "run    " + "b".repeat(40) + "  c",
                "first  " + " ".repeat(39) + "2  3"));
  }

  @Test
  @DisplayName("a missing worker and server are mentioned once, and so is that they are back")
  void missing() {
    RunDisplay display = new RunDisplay(screen);
    display.noWorker(0);
    display.noWorker(9_000_000_000L);
    assertThat(written.toString()).isEmpty();
    display.noWorker(10_000_000_000L);
    display.noWorker(20_000_000_000L);
    display.progress(new Progress("r", "RUNNING", List.of()));
    display.away();
    display.away();
    display.back();
    display.back();
    assertThat(written.toString().lines())
        .containsExactly(
            "No worker answers; start one with `shoal up -d` or `shoal worker`.",
            "A worker answers.",
            "Temporal does not answer; the run does not depend on that. Trying on ...",
            "Temporal answers again.");
  }
}
