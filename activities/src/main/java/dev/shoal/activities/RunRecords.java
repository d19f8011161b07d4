package dev.shoal.activities;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.stage.Failures;
import dev.shoal.activities.store.ArtifactStore;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.RunRow;
import dev.shoal.migrations.StageRow;
import dev.shoal.workflows.ArtifactRef;
import dev.shoal.workflows.ReconstructionResult;
import dev.shoal.workflows.stages.NamedArtifact;
import dev.shoal.workflows.stages.RunActivities;
import dev.shoal.workflows.stages.RunRef;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Keeps the run's row in step with the plot. */
final class RunRecords implements RunActivities {

  private static final ObjectMapper JSON = new ObjectMapper();
  private final Database database;
  private final ArtifactStore store;

  RunRecords(Database database, ArtifactStore store) {
    this.database = database;
    this.store = store;
  }

  @Override
  public void recordState(StateChange change) {
    translated(
        () -> {
          UUID run = UUID.fromString(change.run().runId());
          switch (change.state()) {
            case "NEEDS_ATTENTION" ->
                database.runs().park(run, failure(change.state(), change.reason()));
            case "PAUSED" -> database.runs().pause(run);
            default -> database.runs().resume(run);
          }
        });
  }

  @Override
  public void recordEnd(End end) {
    translated(
        () -> {
          RunRef ref =
              end.run() != null
                  ? end.run()
                  : InspectionStage.open(
                      database, "refused", List.of(), end.requestJson(), Optional.empty());
          UUID run = UUID.fromString(ref.runId());
          if (end.status().equals("CANCELED")) {
            database.runs().cancel(run);
          } else {
            database.runs().fail(run, failure(end.failureType(), end.message()));
          }
        });
  }

  @Override
  public ReconstructionResult conclude(Conclusion conclusion) {
    try {
      UUID run = UUID.fromString(conclusion.run().runId());
      RunRow row = database.runs().get(run).orElseThrow();
      List<StageRow> stages = database.stages().ofRun(run);
      ArtifactRef export = conclusion.export();
      ReconstructionResult result =
          new ReconstructionResult(
              conclusion.run().runId(),
              row.name(),
              mean(conclusion, "dense"),
              mean(conclusion, "assembled"),
              mean(conclusion, "routed"),
              mean(conclusion, "trained"),
              conclusion.moe().sha256(),
              export == null ? null : store.locate(export.sha256()).toString(),
              export == null ? null : export.sha256(),
              conclusion.gguf() == null ? null : gguf(conclusion.gguf()),
              export == null ? conclusion.exportNote() : null,
              conclusion.report() == null
                  ? null
                  : store
                      .locate(conclusion.report().sha256())
                      .resolve(PublishingStages.REPORT)
                      .toString(),
              count(stages, StageRow.Status.COMPUTED),
              count(stages, StageRow.Status.REUSED));
      database.runs().succeed(run, JSON.valueToTree(result));
      return result;
    } catch (RuntimeException e) {
      throw Failures.translate(e);
    }
  }

  private String gguf(ArtifactRef artifact) {
    return store.locate(artifact.sha256()).resolve(PublishingStages.GGUF).toString();
  }

  private static int count(List<StageRow> stages, StageRow.Status status) {
    return (int) stages.stream().filter(s -> s.status() == status).count();
  }

  private Double mean(Conclusion conclusion, String subject) {
    return conclusion.scores().stream()
        .filter(s -> s.name().equals(subject))
        .map(NamedArtifact::artifact)
        .map(scores -> Scores.read(store.open(scores)).geometricMean())
        .findFirst()
        .orElse(null);
  }

  private static void translated(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      throw Failures.translate(e);
    }
  }

  private static ObjectNode failure(String type, String message) {
    return JsonNodeFactory.instance.objectNode().put("type", type).put("message", message);
  }
}
