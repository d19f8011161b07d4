package dev.shoal.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.workflows.stages.RunActivities.End;
import io.temporal.client.WorkflowStub;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A comparison")
class CompareTest extends SteeredPlot {

  /** Two short runs of different width. */
  static final String TWO =
      """
      {"name": "widths", "base": %s,
       "variations": [{"name": "half"}, {"name": "quarter", "experts": {"width": 0.25}}]}"""
          .formatted(PlotEnvironment.SHORT);

  @Test
  @DisplayName("plays a reconstruction for every variation and gives what they gave")
  void playsAll() {
    ComparisonResult result = plot.compare(TWO).getResult(ComparisonResult.class);

    assertThat(result.name()).isEqualTo("widths");
    assertThat(result.runs()).hasSize(2).doesNotContainNull();
    assertThat(stages()).containsExactly("half COMPUTED", "quarter COMPUTED");
    assertThat(stages.stagesCalled())
        .startsWith("inspect comparison")
        .endsWith("conclude comparison")
        .filteredOn("build experts"::equals)
        .hasSize(2);
    assertThat(plot.temporal().getWorkflowClient().newUntypedWorkflowStub("moe/quarter").describe())
        .isNotNull();
  }

  @Test
  @DisplayName("lets the others finish when one fails, and then says which")
  void finishesTheOthers() {
    stages.on("build experts", FakeStages.fails("ArtifactCorrupt", "x is torn"));
    WorkflowStub stub = plot.compare(TWO);

    assertThat(PlotEnvironment.failureOf(stub))
        .startsWith("Incomplete: 1 of 2 runs failed; the others are done, see `shoal compare`.")
        .endsWith("ArtifactCorrupt: x is torn");
    assertThat(stages()).anyMatch(s -> s.endsWith("FAILED")).anyMatch(s -> s.endsWith("COMPUTED"));
    assertThat(stages.ends).extracting(End::status).containsOnly("FAILED").hasSize(2);
  }

  @Test
  @DisplayName("with a mistake in a variation starts nothing")
  void refuses() {
    WorkflowStub stub = plot.compare(TWO.replace("0.25", "-1"));

    assertThat(PlotEnvironment.failureOf(stub))
        .contains("InvalidInput", "variations[1].experts.width: found -1");
    assertThat(stages.stagesCalled()).containsExactly("inspect comparison", "recordEnd");
  }

  @Test
  @DisplayName("that is cancelled cancels its runs and is recorded as cancelled")
  void cancels() {
    stages.on("build experts", FakeStages.runsUntilCancelled());
    stages.on("build experts", FakeStages.runsUntilCancelled());
    WorkflowStub stub = plot.compare(TWO);
    plot.awaitCalls("build experts", 2);
    stub.cancel();

    assertThat(PlotEnvironment.failureOf(stub)).isEqualTo("CanceledFailure");
    assertThat(stages.ends).extracting(End::status).containsOnly("CANCELED").hasSize(3);
  }

  private static List<String> stages() {
    return plot
        .temporal()
        .getWorkflowClient()
        .newWorkflowStub(Compare.class, PlotEnvironment.WORKFLOW_ID)
        .progress()
        .stages()
        .stream()
        .map(stage -> stage.name() + " " + stage.state())
        .toList();
  }
}
