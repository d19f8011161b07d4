package dev.shoal.worker.lineage;

import dev.shoal.migrations.Database;
import dev.shoal.migrations.RunRow;
import dev.shoal.migrations.StageRow;
import dev.shoal.migrations.StageStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which stage of a run made an artifact.
 *
 * @param stages digest to the stage's label
 */
record MadeBy(Map<String, String> stages) {

  static MadeBy of(Database database, RunRow run) {
    Map<String, String> stages = new HashMap<>();
    for (StageRow stage : database.stages().ofRun(run.runId())) {
      database.stages().edges(stage.stageId()).stream()
          .filter(edge -> edge.direction() == StageStore.Direction.OUT)
          .forEach(edge -> stages.put(edge.sha256(), StageFinder.label(stage)));
    }
    return new MadeBy(stages);
  }

  /** Empty for what came from outside. */
  Optional<String> stage(String sha256) {
    return Optional.ofNullable(stages.get(sha256));
  }
}
