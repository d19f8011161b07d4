package dev.shoal.workflows;

import dev.shoal.workflows.stages.RunActivities.StateChange;
import io.temporal.client.WorkflowStub;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** A plot of stages that a test may make fail, what they were asked, and what a user would do. */
abstract class SteeredPlot {

  static PlotEnvironment plot;
  static FakeStages stages;

  @BeforeAll
  static void open() {
    plot = new PlotEnvironment();
    stages = plot.stages;
  }

  @AfterAll
  static void close() {
    plot.close();
  }

  @AfterEach
  void forget() {
    plot.forget();
  }

  /** What the stage was asked. */
  static <T> T task(String stage, Class<T> type) {
    return type.cast(stages.tasks.get(stage));
  }

  WorkflowStub startParkedAt(String stage) {
    stages.on(stage, FakeStages.fails("NoProgress", "three attempts began at step 7"));
    WorkflowStub stub = plot.start(PlotEnvironment.SHORT);
    plot.awaitStage(stage, "NEEDS_ATTENTION");
    return stub;
  }

  String decide(String stage, String action) {
    return plot.run().resumeStage(new StageDecision(stage, action));
  }

  List<String> statesRecorded() {
    return stages.states.stream().map(StateChange::state).toList();
  }
}
