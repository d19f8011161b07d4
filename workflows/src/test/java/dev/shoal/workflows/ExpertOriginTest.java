package dev.shoal.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.workflows.stages.DataActivities;
import dev.shoal.workflows.stages.ExpertActivities.BuildTask;
import dev.shoal.workflows.stages.NamedArtifact;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A reconstruction")
class ExpertOriginTest extends SteeredPlot {

  @ParameterizedTest(name = "by {0}")
  @ValueSource(strings = {"tokens", "random-split"})
  @DisplayName(
      "not by domains needs neither statistics nor groups, and one sample of all data sets")
  void playsSamples(String by) {
    String request = PlotEnvironment.FULL.replace("2},", "4, \"by\": \"" + by + "\"},");
    plot.start(request).getResult(ReconstructionResult.class);

    assertThat(plot.run().progress().stages())
        .extracting(Progress.Stage::name)
        .containsExactlyInAnyOrder(
            "tokenize · law",
            "tokenize · code",
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
    BuildTask build = task("build experts", BuildTask.class);
    assertThat(build.grouping()).isNull();
    assertThat(build.statistics()).isEmpty();
    assertThat(build.tokens()).extracting(NamedArtifact::name).containsExactly("law", "code");
    assertThat(task("tokenize · law", DataActivities.Task.class).trainTokens())
        .isEqualTo(1024 / 2 * 256);
  }

  @Test
  @DisplayName("by tokens that start from groups finds the groups first")
  void startsFromGroups() {
    String request =
        PlotEnvironment.FULL.replace(
            "2},", "2, \"by\": \"tokens\", \"router\": \"fitted\", \"start\": \"groups\"},");
    plot.start(request).getResult(ReconstructionResult.class);

    assertThat(stages.stagesCalled())
        .containsSubsequence("affinity · law", "group", "build experts");
    assertThat(task("build experts", BuildTask.class).grouping()).isNotNull();
  }
}
