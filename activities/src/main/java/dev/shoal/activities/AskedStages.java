package dev.shoal.activities;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.activities.stage.StageKey;
import dev.shoal.activities.stage.StageRunner;
import dev.shoal.activities.stage.StageSpec;
import dev.shoal.activities.stage.StageWork;
import dev.shoal.migrations.ComputationRow;
import dev.shoal.migrations.Database;
import dev.shoal.models.engine.Engine;
import dev.shoal.workflows.ArtifactRef;
import dev.shoal.workflows.stages.StageOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Looks up what stages ask for and computes nothing. An answer is thrown, since stages go on to
 * read what they were given; {@link #ask} catches it.
 */
final class AskedStages extends StageRunner {

  private final Database database;
  private final String engine = Engine.version();
  private final List<ForeseenStage> asked = new ArrayList<>();

  AskedStages(Database database) {
    super(database, null, null);
    this.database = database;
  }

  private static final class Answer extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient ArtifactRef artifact;

    Answer(ArtifactRef artifact) {
      super(null, null, false, false);
      this.artifact = artifact;
    }
  }

  /** What a stage would answer: its artifact, or what stands for it; null where it makes none. */
  static ArtifactRef ask(Supplier<?> stage) {
    try {
      throw new IllegalStateException("answered without asking: " + stage.get());
    } catch (Answer answer) {
      return answer.artifact;
    }
  }

  /** All that was asked for, in order. */
  List<ForeseenStage> asked() {
    return List.copyOf(asked);
  }

  @Override
  public StageOutcome run(StageSpec spec, StageWork work) {
    StageKey key = StageKey.of(spec, engine);
    Optional<ComputationRow> finished =
        database
            .computations()
            .find(key.sha256())
            .filter(row -> row.status() == ComputationRow.Status.SUCCEEDED)
            .filter(row -> artifact(row).stream().allMatch(this::isKept));
    asked.add(new ForeseenStage(spec.code().stageName(), spec.shard(), key, finished));
    throw new Answer(
        finished.isPresent()
            ? artifact(finished.get()).orElse(null)
            : new ArtifactRef(key.sha256(), spec.code().kind(), 0));
  }

  private boolean isKept(ArtifactRef artifact) {
    return database.artifacts().find(artifact.sha256()).stream()
        .allMatch(row -> row.deletedAt().isEmpty());
  }

  /** Empty where there was a reason to make none. */
  private static Optional<ArtifactRef> artifact(ComputationRow row) {
    JsonNode made = row.output().orElseThrow().path("artifact");
    return Optional.of(made)
        .filter(JsonNode::isObject)
        .map(
            node ->
                new ArtifactRef(
                    node.path("sha256").asText(),
                    node.path("kind").asText(),
                    node.path("bytes").asLong()));
  }
}
