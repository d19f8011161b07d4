package dev.shoal.activities;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.stage.StageCode;
import dev.shoal.activities.stage.StageContext;
import dev.shoal.activities.stage.StageRunner;
import dev.shoal.activities.stage.StageSpec;
import dev.shoal.activities.stage.StageWork;
import dev.shoal.activities.store.ArtifactDamagedException;
import dev.shoal.activities.store.Folders;
import dev.shoal.migrations.CheckpointStore;
import dev.shoal.migrations.CheckpointStore.Source;
import dev.shoal.models.checkpoint.FolderManifest;
import dev.shoal.workflows.ArtifactRef;
import dev.shoal.workflows.stages.ForkActivities;
import dev.shoal.workflows.stages.StageOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes a checkpoint an artifact, by links to its files, which nobody changes. */
final class ForkStage implements ForkActivities {

  private final StageRunner stages;
  private final CheckpointStore checkpoints;

  ForkStage(StageRunner stages, CheckpointStore checkpoints) {
    this.stages = stages;
    this.checkpoints = checkpoints;
  }

  @Override
  public StageOutcome takeCheckpoint(Task task) {
    Origin origin = task.origin();
    String sha256 = origin.checkpoint().sha256();
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    settings.put("stage", origin.stage().stageName());
    settings.put("tokens", origin.tokens());
    settings.put("checkpoint", sha256);
    List<StageSpec.Input> read =
        origin.inputs().stream().map(i -> new StageSpec.Input(i.name(), i.artifact())).toList();
    StageOutcome outcome =
        stages.run(
            new StageSpec(task.run(), StageCode.TAKE_CHECKPOINT, "", settings, read),
            context -> take(origin.checkpoint(), context));
    checkpoints.taken(sha256);
    return outcome;
  }

  private StageWork.Result take(ArtifactRef checkpoint, StageContext context) throws IOException {
    Path folder =
        checkpoints
            .source(checkpoint.sha256())
            .flatMap(Source::path)
            .map(Path::of)
            .filter(Files::isDirectory)
            .orElseThrow(() -> gone(checkpoint));
    Folders.link(folder, context.folder());
    if (!FolderManifest.of(context.folder()).sha256().equals(checkpoint.sha256())) {
      throw gone(checkpoint);
    }
    return StageWork.Result.complete();
  }

  private static ArtifactDamagedException gone(ArtifactRef checkpoint) {
    return new ArtifactDamagedException(
        checkpoint.sha256(),
        "the checkpoint %s is gone or damaged; fork from another one that `shoal fork` names"
            .formatted(checkpoint.shortDigest()));
  }
}
