package dev.shoal.migrations;

import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The lineage edges of one stage, inside a transaction of the caller. */
final class Edges {

  private static final String RECORD_ARTIFACT =
      """
      insert into shoal.artifact (sha256, kind, media_type, bytes, manifest)
      values (:sha256, :kind, :mediaType, :bytes, cast(:manifest as jsonb))
      on conflict (sha256) do update set deleted_at = null
      """;

  private static final String RECORD_LOCATION =
      """
      insert into shoal.artifact_location (sha256, uri)
      values (:sha256, :uri)
      on conflict (sha256, uri) do update set verified_at = now()
      """;

  private static final String FORGET =
      """
      delete from shoal.stage_artifact where stage_id = :stage
      """;

  private static final String RECORD =
      """
      insert into shoal.stage_artifact (stage_id, direction, role, ordinal, sha256)
      values (:stage, :direction, :role, :ordinal, :sha256)
      """;

  private static final String COPY =
      """
      insert into shoal.stage_artifact (stage_id, direction, role, ordinal, sha256)
      select :stage, direction, role, ordinal, sha256
      from shoal.stage_artifact
      where stage_id = :origin
      """;

  private final Handle handle;
  private final UUID stage;

  Edges(Handle handle, UUID stage) {
    this.handle = handle;
    this.stage = stage;
  }

  /** Records what was made, then makes these the edges of the stage instead of any others. */
  void replace(List<Commit.InputArtifact> inputs, List<Commit.OutputArtifact> outputs) {
    outputs.stream()
        .sorted((a, b) -> a.artifact().sha256().compareTo(b.artifact().sha256())) // lock order
        .forEach(output -> recordArtifact(handle, output.artifact(), output.uri()));
    forget();
    PreparedBatch batch = handle.prepareBatch(RECORD);
    for (int i = 0; i < inputs.size(); i++) {
      add(batch, "IN", inputs.get(i).role(), i, inputs.get(i).sha256());
    }
    for (int i = 0; i < outputs.size(); i++) {
      add(batch, "OUT", outputs.get(i).role(), i, outputs.get(i).artifact().sha256());
    }
    if (batch.size() > 0) {
      batch.execute();
    }
  }

  /** Gives the stage the edges of the one whose result it reuses. */
  void copyFrom(UUID origin) {
    forget();
    handle.createUpdate(COPY).bind("stage", stage).bind("origin", origin).execute();
  }

  /** Remembers an artifact and where it is; one that had been deleted is there again. */
  static void recordArtifact(Handle handle, NewArtifact artifact, String uri) {
    handle.createUpdate(RECORD_ARTIFACT).bindMethods(artifact).execute();
    handle
        .createUpdate(RECORD_LOCATION)
        .bind("sha256", artifact.sha256())
        .bind("uri", uri)
        .execute();
  }

  private void forget() {
    handle.createUpdate(FORGET).bind("stage", stage).execute();
  }

  private void add(PreparedBatch batch, String direction, String role, int ordinal, String sha256) {
    batch
        .bind("stage", stage)
        .bind("direction", direction)
        .bind("role", role)
        .bind("ordinal", ordinal)
        .bind("sha256", sha256)
        .add();
  }
}
