package dev.shoal.workflows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.temporal.client.WorkflowStub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * Writes the histories that {@link ReplayTest} replays; no test of a normal build. Write new ones,
 * under new names, when the plot gains a path; keep the old ones as long as such runs may be alive:
 *
 * <pre>mvn -pl workflows test -Dtest=WriteHistories</pre>
 */
class WriteHistories {

  private static final Path FOLDER = Path.of("src/test/resources/histories");

  /** With a memo, perplexities, and training that tells how far it is. */
  @Test
  void told() throws IOException {
    try (PlotEnvironment plot = new PlotEnvironment()) {
      plot.stages.on("train experts", plot.tells());
      plot.start(PlotEnvironment.FULL).getResult(ReconstructionResult.class);
      write(plot, PlotEnvironment.WORKFLOW_ID, "told");
    }
  }

  @Test
  void happy() throws IOException {
    try (PlotEnvironment plot = new PlotEnvironment()) {
      plot.stages.reused.add("calibrate · law");
      plot.stages.segments.put("train experts", 2);
      plot.start(PlotEnvironment.FULL).getResult(ReconstructionResult.class);
      write(plot, PlotEnvironment.WORKFLOW_ID, "happy");
      write(plot, PlotEnvironment.WORKFLOW_ID + "/train-experts", "retrain");
    }
  }

  @Test
  void judgedBeside() throws IOException {
    try (PlotEnvironment plot = new PlotEnvironment()) {
      plot.start(PlotEnvironment.FULL).getResult(ReconstructionResult.class);
      write(plot, PlotEnvironment.WORKFLOW_ID, "judged-beside");
    }
  }

  @Test
  void parked() throws IOException {
    try (PlotEnvironment plot = new PlotEnvironment()) {
      plot.stages.on("calibrate · law", FakeStages.fails("NoProgress", "stuck"));
      plot.stages.on("train router", FakeStages.fails("Diverged", "loss is NaN"));
      WorkflowStub stub = plot.start(PlotEnvironment.FULL);
      plot.awaitStage("calibrate · law", "NEEDS_ATTENTION");
      plot.run().resumeStage(new StageDecision("calibrate · law", "retry"));
      plot.awaitStage("train router", "NEEDS_ATTENTION");
      plot.run().resumeStage(new StageDecision(null, "skip"));
      stub.getResult(ReconstructionResult.class);
      write(plot, PlotEnvironment.WORKFLOW_ID, "parked-and-resumed");
    }
  }

  @Test
  void paused() throws IOException {
    try (PlotEnvironment plot = new PlotEnvironment()) {
      plot.stages.on("calibrate · law", FakeStages.runsUntilCancelled());
      plot.stages.on("calibrate · code", FakeStages.runsUntilCancelled());
      WorkflowStub stub = plot.start(PlotEnvironment.FULL);
      plot.awaitCalls("calibrate · law", 1);
      plot.awaitCalls("calibrate · code", 1);
      plot.run().pause();
      plot.awaitStage("calibrate · law", "PAUSED");
      plot.awaitStage("calibrate · code", "PAUSED");
      plot.run().unpause();
      stub.getResult(ReconstructionResult.class);
      write(plot, PlotEnvironment.WORKFLOW_ID, "paused");
    }
  }

  @Test
  void cancelled() throws IOException {
    try (PlotEnvironment plot = new PlotEnvironment()) {
      plot.stages.on("train experts", FakeStages.runsUntilCancelled());
      WorkflowStub stub = plot.start(PlotEnvironment.FULL);
      plot.awaitCalls("train experts", 1);
      stub.cancel();
      PlotEnvironment.failureOf(stub);
      write(plot, PlotEnvironment.WORKFLOW_ID, "cancelled");
    }
  }

  @Test
  void compared() throws IOException {
    try (PlotEnvironment plot = new PlotEnvironment()) {
      plot.compare(CompareTest.TWO).getResult(ComparisonResult.class);
      write(plot, PlotEnvironment.WORKFLOW_ID, "compare");
    }
  }

  /** One event a line. */
  private static void write(PlotEnvironment plot, String workflowId, String name)
      throws IOException {
    String json = plot.temporal().getWorkflowClient().fetchHistory(workflowId).toJson(false);
    JsonNode events = new ObjectMapper().readTree(json).get("events");
    String lines =
        StreamSupport.stream(events.spliterator(), false)
            .map(JsonNode::toString)
            .collect(Collectors.joining(",\n", "{\"events\":[\n", "\n]}\n"));
    Files.createDirectories(FOLDER);
    Files.writeString(FOLDER.resolve(name + ".json"), lines);
  }
}
