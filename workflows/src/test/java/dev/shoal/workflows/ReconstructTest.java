package dev.shoal.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.workflows.stages.CalibrationActivities.AffinityTask;
import dev.shoal.workflows.stages.DataActivities;
import dev.shoal.workflows.stages.EvaluationActivities;
import dev.shoal.workflows.stages.ExpertActivities.BuildTask;
import dev.shoal.workflows.stages.NamedArtifact;
import dev.shoal.workflows.stages.PublishingActivities;
import dev.shoal.workflows.stages.RunActivities.Conclusion;
import dev.shoal.workflows.stages.RunActivities.End;
import dev.shoal.workflows.stages.TrainingActivities;
import io.temporal.client.WorkflowStub;
import io.temporal.common.SearchAttributeKey;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A reconstruction")
class ReconstructTest extends SteeredPlot {

  @Test
  @DisplayName("of two data sets plays the table of stages, each on its queue")
  void playsEveryStage() {
    plot.start(PlotEnvironment.FULL).getResult(ReconstructionResult.class);

    assertThat(plot.run().progress().stages())
        .extracting(Progress.Stage::name)
        .containsExactlyInAnyOrder(
            "tokenize · law",
            "tokenize · code",
            "calibrate · law",
            "calibrate · code",
            "affinity · law",
            "affinity · code",
            "group",
            "build experts",
            "reassemble",
            "evaluate · dense",
            "evaluate · assembled",
            "train router",
            "evaluate · routed",
            "train experts",
            "evaluate · trained",
            "export",
            "report");
    assertThat(kinds())
        .containsExactly(
            "inspect @ shoal",
            "tokenize @ shoal",
            "calibrate @ shoal-gpu",
            "affinity @ shoal-gpu",
            "group @ shoal",
            "build experts @ shoal-gpu",
            "reassemble @ shoal",
            "train router @ shoal-gpu",
            "train experts @ shoal-gpu",
            "export @ shoal-gpu",
            "report @ shoal",
            "conclude @ shoal");
    assertThat(stages.calls)
        .hasSize(19)
        .containsSubsequence("reassemble @ shoal", "evaluate · assembled @ shoal-gpu")
        .containsSubsequence("train router @ shoal-gpu", "evaluate · routed @ shoal-gpu")
        .containsSubsequence("evaluate · trained @ shoal-gpu", "export @ shoal-gpu");
  }

  @Test
  @DisplayName("that is forked takes the checkpoint first, and trains on where it was written")
  void forks() {
    String checkpoint = "c".repeat(64);
    plot.start(
            PlotEnvironment.FULL.replace(
                "\"training\": {",
                "\"training\": {\"from_checkpoint\": \"%s\", ".formatted(checkpoint)))
        .getResult(ReconstructionResult.class);

    assertThat(stages.stagesCalled())
        .startsWith("inspect", "take checkpoint")
        .contains("evaluate · routed")
        .doesNotContain("train router");
    TrainingActivities.Task experts = task("train experts", TrainingActivities.Task.class);
    assertThat(experts.moe()).isEqualTo(FakeStages.artifact("moe", "of the origin"));
    assertThat(experts.from().checkpoint().sha256()).isEqualTo(checkpoint);
    assertThat(experts.from().step()).isEqualTo(3);
  }

  /** The calls but for judging, without names of data sets; neighbours that are equal are one. */
  private List<String> kinds() {
    StringBuilder last = new StringBuilder();
    return stages.calls.stream()
        .filter(call -> !call.startsWith("evaluate"))
        .map(call -> call.replaceAll(" · [a-z]+", ""))
        .filter(
            kind -> {
              boolean differs = !kind.contentEquals(last);
              last.setLength(0);
              last.append(kind);
              return differs;
            })
        .toList();
  }

  @Test
  @DisplayName("trains while models are still being judged, and waits for them before it exports")
  void judgesBeside() {
    stages.on("evaluate · dense", FakeStages.runsUntilCancelled());
    WorkflowStub stub = plot.start(PlotEnvironment.FULL);
    plot.awaitCalls("evaluate · trained", 1);
    assertThat(stages.stagesCalled()).doesNotContain("export");
    plot.run().pause(); // ends the endless one; it succeeds when it is run again
    plot.awaitStage("evaluate · dense", "PAUSED");
    plot.run().unpause();
    stub.getResult(ReconstructionResult.class);
    assertThat(task("export", PublishingActivities.ExportTask.class).story().scores())
        .extracting(NamedArtifact::name)
        .containsExactly("dense", "assembled", "routed", "trained");
  }

  @Test
  @DisplayName("gives every stage what the stages before it made, in the order of the data sets")
  void passesArtifactsOn() {
    plot.start(PlotEnvironment.FULL).getResult(ReconstructionResult.class);

    DataActivities.Task tokenize = task("tokenize · code", DataActivities.Task.class);
    assertThat(tokenize.corpus().dataset()).isEqualTo("code");
    assertThat(tokenize.trainTokens()).isEqualTo((1024 + 128) * 256); // calibration and affinity
    assertThat(tokenize.evalTokens()).isEqualTo(512); // one window
    AffinityTask affinity = task("affinity · code", AffinityTask.class);
    assertThat(affinity.statistics()).isEqualTo(made("code", "statistics", "calibrate · code"));
    assertThat(affinity.tokens())
        .containsExactly(
            made("law", "tokens", "tokenize · law"), made("code", "tokens", "tokenize · code"));
    BuildTask build = task("build experts", BuildTask.class);
    assertThat(build.grouping()).isEqualTo(FakeStages.artifact("grouping", "group"));
    assertThat(build.statistics()).hasSize(2);
    TrainingActivities.Task router = task("train router", TrainingActivities.Task.class);
    assertThat(router.moe()).isEqualTo(FakeStages.artifact("moe", "reassemble"));
    assertThat(router.weights()).containsExactly(1.0, 2.0);
    TrainingActivities.Task experts = task("train experts", TrainingActivities.Task.class);
    assertThat(experts.moe()).isEqualTo(FakeStages.artifact("moe", "train router"));
    assertThat(task("evaluate · dense", EvaluationActivities.Task.class).moe()).isNull();

    Conclusion conclusion = stages.conclusions.get(0);
    assertThat(conclusion.moe()).isEqualTo(FakeStages.artifact("moe", "train experts"));
    assertThat(conclusion.scores())
        .extracting(NamedArtifact::name)
        .containsExactly("dense", "assembled", "routed", "trained");
  }

  private static NamedArtifact made(String name, String kind, String stage) {
    return new NamedArtifact(name, FakeStages.artifact(kind, stage));
  }

  @Test
  @DisplayName("uses a data set only for what it serves")
  void respectsUse() {
    plot.start(
            """
            {"recipe": "domains-2026.1", "model": "/models/llama",
             "datasets": [{"name": "law", "path": "/a", "use": ["calibrate"]},
                          {"name": "web", "path": "/b", "use": ["train"]},
                          {"name": "exam", "path": "/c", "use": ["evaluate"]}],
             "experts": {"num_experts": 1},
             "training": {"router_tokens": 0, "expert_tokens": 1000}}
            """)
        .getResult(ReconstructionResult.class);

    assertThat(stages.stagesCalled())
        .filteredOn(s -> s.startsWith("calibrate") || s.startsWith("affinity"))
        .containsExactly("calibrate · law", "affinity · law");
    assertThat(task("build experts", BuildTask.class).tokens())
        .extracting(NamedArtifact::name)
        .containsExactly("law");
    assertThat(task("train experts", TrainingActivities.Task.class).tokens())
        .extracting(NamedArtifact::name)
        .containsExactly("web");
    assertThat(task("evaluate · trained", EvaluationActivities.Task.class).tokens())
        .extracting(NamedArtifact::name)
        .containsExactly("exam");
    DataActivities.Task web = task("tokenize · web", DataActivities.Task.class);
    assertThat(web.trainTokens()).isEqualTo(512); // one sequence
    assertThat(web.evalTokens()).isZero();
    assertThat(task("tokenize · exam", DataActivities.Task.class).trainTokens()).isZero();
  }

  @Test
  @DisplayName("without training tokens has no training stages; the assembled mixture is exported")
  void leavesTrainingOut() {
    plot.start(PlotEnvironment.SHORT).getResult(ReconstructionResult.class);

    assertThat(stages.stagesCalled())
        .containsSubsequence(
            "inspect",
            "tokenize · law",
            "calibrate · law",
            "affinity · law",
            "group",
            "build experts",
            "reassemble",
            "export",
            "report",
            "conclude")
        .contains("evaluate · dense", "evaluate · assembled")
        .hasSize(12);
    assertThat(stages.conclusions.get(0).moe()).isEqualTo(FakeStages.artifact("moe", "reassemble"));
  }

  @Test
  @DisplayName("shows reused stages with their origin, the plan, and its state as it ends")
  void showsReuse() {
    stages.reused.add("calibrate · law");

    plot.start(PlotEnvironment.SHORT).getResult(ReconstructionResult.class);

    Progress progress = plot.run().progress();
    assertThat(progress.runId()).isEqualTo("run-1");
    assertThat(progress.state()).isEqualTo("SUCCEEDED");
    assertThat(progress.stages())
        .contains(
            new Progress.Stage("calibrate · law", "REUSED", "from run early-moe"),
            new Progress.Stage("group", "COMPUTED", ""));
    String details = plot.details();
    assertThat(details).contains("| calibrate · law | REUSED | from run early-moe |\n", "the plan");
    assertThat(plot.searchAttribute("ShoalState")).isEqualTo("SUCCEEDED");
    assertThat(plot.searchAttribute("ShoalStage")).isEqualTo("report");
    assertThat(plot.searchAttribute("ShoalModel")).isEqualTo("/models/llama");
    assertThat(plot.searchAttribute("ShoalRun")).isEqualTo("run-1");
  }

  @Test
  @DisplayName(
      "shows what each model is judged at, beside the dense one, and where to ask for more")
  void showsPerplexities() {
    plot.start(PlotEnvironment.FULL).getResult(ReconstructionResult.class);

    assertThat(plot.details())
        .startsWith(
            "**Perplexity** dense 8.000 · assembled 12.000 (+50.0 %) · routed 10.000 (+25.0 %)"
                + " · trained 8.500 (+6.3 %)\n")
        .contains("In a terminal: `shoal lineage run-1`");
    assertThat(plot.run().plan()).isEqualTo("the plan");
    assertThat(plot.started().describe().getMemo("ask", String.class))
        .isEqualTo("shoal lineage run-1");
    assertThat(
            plot.started()
                .describe()
                .getTypedSearchAttributes()
                .get(SearchAttributeKey.forDouble("ShoalPerplexity")))
        .as("of the last mixture")
        .isEqualTo(8.5);
  }

  @Test
  @DisplayName("shows how far training is as of the last checkpoint that it was told of")
  void showsTraining() {
    AtomicReference<String> details = new AtomicReference<>();
    stages.on(
        "train experts",
        () -> {
          plot.tells().happen();
          PlotEnvironment.await("details", () -> plot.details().contains("step 1,200"));
          details.set(plot.details());
        });
    plot.start(PlotEnvironment.FULL).getResult(ReconstructionResult.class);

    assertThat(details.get())
        .contains(
            "| train experts | RUNNING | step 1,200 of 24,000, loss 2.310, 9,100 tokens/s,"
                + " 2 h 10 min left, as of the last checkpoint |");
  }

  @Test
  @DisplayName("trains segment by segment until the stage is done")
  void trainsInSegments() {
    stages.segments.put("train experts", 3);

    plot.start(PlotEnvironment.SHORT.replace("\"expert_tokens\": 0", "\"expert_tokens\": 9"))
        .getResult(ReconstructionResult.class);

    assertThat(stages.stagesCalled()).filteredOn("train experts"::equals).hasSize(3);
    assertThat(task("train experts", TrainingActivities.Task.class).segmentSeconds())
        .isEqualTo(1800);
  }

  @Test
  @DisplayName("fails, recorded once, when any stage finds its input wrong")
  void failsOnWrongInput() {
    for (String type : List.of("InvalidInput", "ModelUnsupported", "ArtifactCorrupt")) {
      stages.ends.clear();
      stages.on("build experts", FakeStages.fails(type, "layer 3 is missing"));

      assertThat(PlotEnvironment.failureOf(plot.start(PlotEnvironment.SHORT)))
          .isEqualTo(type + ": layer 3 is missing");

      assertThat(stages.ends).hasSize(1);
      End end = stages.ends.get(0);
      assertThat(end.run().runId()).isEqualTo("run-1");
      assertThat(end.status()).isEqualTo("FAILED");
      assertThat(end.failureType()).isEqualTo(type);
      assertThat(end.message()).isEqualTo("layer 3 is missing");
      assertThat(plot.searchAttribute("ShoalState")).isEqualTo("FAILED");
    }
  }

  @Test
  @DisplayName("fails at once even if a parallel stage waits for a decision")
  void failsBesideParkedStage() {
    stages
        .on("calibrate · law", FakeStages.fails("NoProgress", "stuck"))
        .on(
            "calibrate · code",
            () -> {
              plot.awaitStage("calibrate · law", "NEEDS_ATTENTION");
              FakeStages.fails("ArtifactCorrupt", "tokens differ from their digest").happen();
            });

    assertThat(PlotEnvironment.failureOf(plot.start(PlotEnvironment.FULL)))
        .isEqualTo("ArtifactCorrupt: tokens differ from their digest");
    assertThat(stages.ends).extracting(End::status).containsExactly("FAILED");
  }
}
