package dev.shoal.activities.fork;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.activities.stage.StageCode;
import dev.shoal.migrations.ArtifactRow;
import dev.shoal.migrations.CheckpointStore.Source;
import dev.shoal.migrations.Database;
import dev.shoal.workflows.ArtifactRef;
import dev.shoal.workflows.request.InvalidRequestException;
import dev.shoal.workflows.request.Problem;
import dev.shoal.workflows.request.ReconstructionRequest;
import dev.shoal.workflows.stages.ForkActivities.Origin;
import dev.shoal.workflows.stages.NamedArtifact;
import dev.shoal.workflows.stages.TrainingActivities.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Finds the checkpoint that a request begins from, and refuses what cannot go on from it. */
public final class ForkOrigins {

  private static final String FIELD = "training.from_checkpoint";

  private final Database database;

  /** Among the checkpoints that this database names. */
  public ForkOrigins(Database database) {
    this.database = database;
  }

  /**
   * A checkpoint and the run that wrote it.
   *
   * @param origin the checkpoint
   * @param run that wrote it
   */
  public record Found(Origin origin, UUID run) {}

  /**
   * What a request begins from; empty for one that begins at step 0.
   *
   * @param request without anything automatic
   * @param model digest of its dense model
   * @throws InvalidRequestException if it cannot go on from there, naming every mistake
   */
  public Optional<Found> of(ReconstructionRequest request, String model) {
    String checkpoint = request.training().fromCheckpoint();
    if (checkpoint == null) {
      return Optional.empty();
    }
    Source source =
        database.checkpoints().source(checkpoint).orElseThrow(() -> unknown(checkpoint));
    Origin origin = origin(checkpoint, source);
    List<Problem> problems =
        new ArrayList<>(
            ForkRules.check(request, source.request(), origin.stage(), origin.tokens()));
    inputs(origin, model, problems);
    if (!problems.isEmpty()) {
      throw new InvalidRequestException(problems);
    }
    return Optional.of(new Found(origin, source.runId()));
  }

  private static InvalidRequestException unknown(String checkpoint) {
    return new InvalidRequestException(
        List.of(
            new Problem(
                FIELD,
                "found %s, which no run keeps; `shoal fork RUN` names those that are kept"
                    .formatted(checkpoint.substring(0, 12)))));
  }

  private Origin origin(String checkpoint, Source source) {
    JsonNode key = source.keyDocument();
    JsonNode settings = key.path("settings");
    boolean taken = key.path("stage").asText().equals(StageCode.TAKE_CHECKPOINT.stageName());
    JsonNode stage = taken ? settings.path("stage") : key.path("stage");
    long tokens =
        taken
            ? settings.path("tokens").asLong()
            : source.step().orElseThrow() * settings.path("batch_tokens").asLong();
    List<NamedArtifact> inputs = new ArrayList<>();
    for (JsonNode input : key.path("inputs")) {
      ArtifactRow row = row(input.path("sha256").asText());
      inputs.add(
          new NamedArtifact(
              input.path("role").asText(), new ArtifactRef(row.sha256(), row.kind(), row.bytes())));
    }
    return new Origin(
        stage(stage.asText()),
        tokens,
        new ArtifactRef(checkpoint, StageCode.TAKE_CHECKPOINT.kind(), source.bytes()),
        inputs);
  }

  private ArtifactRow row(String sha256) {
    return database.artifacts().find(sha256).get(0);
  }

  /** The stage of this name. */
  public static Stage stage(String name) {
    return name.equals(Stage.ROUTER.stageName()) ? Stage.ROUTER : Stage.EXPERTS;
  }

  private void inputs(Origin origin, String model, List<Problem> problems) {
    for (NamedArtifact input : origin.inputs()) {
      ArtifactRef artifact = input.artifact();
      if (input.name().equals("dense") && !artifact.sha256().equals(model)) {
        problems.add(
            new Problem(
                "model",
                "found %s, expected the dense model %s that the checkpoint is made from"
                    .formatted(model.substring(0, 12), artifact.shortDigest())));
      }
      if (input.name().equals("moe") && row(artifact.sha256()).deletedAt().isPresent()) {
        problems.add(
            new Problem(
                FIELD,
                "found %s, whose mixture %s was given up by `shoal store gc`; run the request of its run again"
                    .formatted(origin.checkpoint().shortDigest(), artifact.shortDigest())));
      }
    }
  }
}
