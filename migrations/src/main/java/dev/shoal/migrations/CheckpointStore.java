package dev.shoal.migrations;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** Checkpoints that are kept, from which another run may begin. */
public final class CheckpointStore {

  /** Reason of a pin that lasts until a fork has made the checkpoint its own. */
  public static final String FORKING = "a fork begins from it";

  private static final String OF_RUN =
      """
      select stage.name as stage, listed.step, listed.sha256
      from shoal.stage
      join shoal.computation on computation.key = stage.computation_key
      cross join jsonb_to_recordset(checkpoints) as listed (step bigint, sha256 text)
      where stage.run_id = :run
      order by stage.started_at desc, listed.step desc
      """;

  /** The lock waits for the owner of the work, who may be about to let the checkpoint go. */
  private static final String LOCK =
      """
      select true from shoal.computation
      where checkpoints @> jsonb_build_array(jsonb_build_object('sha256', cast(:sha256 as text)))
      for share
      """;

  private static final String PIN =
      """
      insert into shoal.pin (sha256, reason) values (:sha256, :reason) on conflict do nothing
      """;

  /** A fork takes its checkpoint within a minute of its start. */
  private static final String LIFT_FORGOTTEN =
      """
      delete from shoal.pin where reason = :reason and created_at < now() - interval '7 days'
      """;

  private static final String UNPIN =
      """
      delete from shoal.pin where sha256 = :sha256 and reason = :reason
      """;

  private static final String WRITTEN =
      """
      select computation.key_document, listed.step, listed.path, listed.bytes,
        run.run_id, run.resolved as request
      from shoal.computation
      cross join jsonb_to_recordset(checkpoints)
        as listed (step bigint, path text, sha256 text, bytes bigint, epoch bigint)
      join shoal.attempt on attempt.key = computation.key and attempt.epoch = listed.epoch
      join shoal.stage on stage.stage_id = attempt.stage_id
      join shoal.run on run.run_id = stage.run_id
      where listed.sha256 = :sha256
      order by computation.created_at, computation.key
      limit 1
      """;

  /** A run that took it was forked from the one that wrote it. */
  private static final String TAKEN =
      """
      select computation.key_document, cast(null as bigint) as step, cast(null as text) as path,
        artifact.bytes, origin.run_id, origin.resolved as request
      from shoal.stage_artifact edge
      join shoal.artifact on artifact.sha256 = edge.sha256 and artifact.deleted_at is null
      join shoal.stage on stage.stage_id = edge.stage_id
      join shoal.computation on computation.key = stage.computation_key
      join shoal.run on run.run_id = stage.run_id
      join shoal.run origin on origin.run_id = run.forked_from
      where edge.sha256 = :sha256 and edge.direction = 'OUT'
      order by stage.started_at, stage.stage_id
      limit 1
      """;

  private final Sessions sessions;

  CheckpointStore(Sessions sessions) {
    this.sessions = sessions;
  }

  /** Those that stages of a run keep, the last stage's first, of each the newest first. */
  public List<Kept> ofRun(UUID run) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(OF_RUN)
                .bind("run", run)
                .map(ConstructorMapper.of(Kept.class))
                .list());
  }

  /**
   * Keeps a checkpoint until {@link #taken}; false if it was let go meanwhile. Lifts pins of forks
   * that were never taken up.
   */
  public boolean pin(String sha256) {
    return sessions.transact(
        handle -> {
          boolean kept =
              handle
                  .createQuery(LOCK)
                  .bind("sha256", sha256)
                  .mapTo(Boolean.class)
                  .list()
                  .contains(true);
          handle.createUpdate(LIFT_FORGOTTEN).bind("reason", FORKING).execute();
          if (kept) {
            handle.createUpdate(PIN).bind("sha256", sha256).bind("reason", FORKING).execute();
          }
          return kept;
        });
  }

  /** A fork has it as an artifact of its own. */
  public void taken(String sha256) {
    sessions.ask(
        handle ->
            handle.createUpdate(UNPIN).bind("sha256", sha256).bind("reason", FORKING).execute());
  }

  /** Where a checkpoint comes from; empty if neither a stage nor a fork keeps it. */
  public Optional<Source> source(String sha256) {
    return source(WRITTEN, sha256).or(() -> source(TAKEN, sha256));
  }

  private Optional<Source> source(String query, String sha256) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(query)
                .bind("sha256", sha256)
                .map(ConstructorMapper.of(Source.class))
                .findOne());
  }

  /**
   * A checkpoint of a run.
   *
   * @param stage that keeps it
   * @param step optimizer steps done
   * @param sha256 its digest
   */
  public record Kept(String stage, long step, String sha256) {}

  /**
   * What led to a checkpoint.
   *
   * @param keyDocument of the training that wrote it, or of the stage of a fork that took it
   * @param step optimizer steps done; empty where a fork has it
   * @param path its folder; empty where a fork has it as an artifact
   * @param bytes its size
   * @param runId run that wrote it
   * @param request of that run, resolved
   */
  public record Source(
      JsonNode keyDocument,
      Optional<Long> step,
      Optional<String> path,
      long bytes,
      UUID runId,
      JsonNode request) {}
}
