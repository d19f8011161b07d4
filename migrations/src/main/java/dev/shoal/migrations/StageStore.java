package dev.shoal.migrations;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * The steps of runs. A stage is started here; one with a computation is ended by {@link
 * ComputationStore#claim} or {@link ComputationStore#commit}, every other one by {@link #finish}.
 */
public final class StageStore {

  private static final String START =
      """
      insert into shoal.stage (stage_id, run_id, name, shard)
      values (:stage, :run, :name, :shard)
      on conflict (run_id, name, shard) do update
      set status = 'RUNNING', reason = null, ended_at = null
      where stage.status in ('SKIPPED', 'FAILED')
      """;

  private static final String END =
      """
      update shoal.stage
      set status = :status, reason = :reason, reused_from = null, ended_at = clock_timestamp()
      where stage_id = :stage and status = 'RUNNING'
      """;

  private static final String OF_RUN =
      """
      select stage.*, origin.run_id as origin_run, computation.seconds
      from shoal.stage
      left join shoal.stage origin on origin.stage_id = stage.reused_from
      left join shoal.computation on computation.key = stage.computation_key
      where stage.run_id = :run
      order by stage.started_at, stage.name, stage.shard
      """;

  private static final String HISTORY =
      """
      select stage, shard, status, outcome, resumed_from_step, environment_sha256,
        started_at, ended_at, reason
      from shoal.stage_history
      where run_id = :run
      order by started_at, stage, shard, epoch
      """;

  private static final String EDGES =
      """
      select stage_id, direction, role, ordinal, sha256
      from shoal.stage_artifact
      where stage_id = :stage
      order by direction, ordinal
      """;

  private static final String RUN_OF =
      """
      select run_id from shoal.stage where stage_id = :stage
      """;

  private final Sessions sessions;

  StageStore(Sessions sessions) {
    this.sessions = sessions;
  }

  /** The run that a stage belongs to. */
  public Optional<UUID> runOf(UUID stage) {
    return sessions.ask(
        handle -> handle.createQuery(RUN_OF).bind("stage", stage).mapTo(UUID.class).findOne());
  }

  /** Begins a stage, or begins a failed or skipped one anew, and returns its id. */
  public UUID start(UUID run, String name, String shard) {
    UUID stage = StageRow.idOf(run, name, shard);
    sessions.ask(
        handle ->
            handle
                .createUpdate(START)
                .bind("stage", stage)
                .bind("run", run)
                .bind("name", name)
                .bind("shard", shard)
                .execute());
    return stage;
  }

  /** Ends a stage that has no computation, with what it read and recorded. */
  public void finish(
      UUID stage, List<Commit.InputArtifact> inputs, List<Commit.OutputArtifact> outputs) {
    sessions.transact(
        handle -> {
          if (end(handle, stage, StageRow.Status.COMPUTED, null)) {
            new Edges(handle, stage).replace(inputs, outputs);
          }
          return stage;
        });
  }

  /** Leaves a stage out; false if it had ended. */
  public boolean skip(UUID stage, JsonNode reason) {
    return sessions.ask(handle -> end(handle, stage, StageRow.Status.SKIPPED, reason));
  }

  /** Ends a stage without a result; false if it had ended. */
  public boolean fail(UUID stage, JsonNode reason) {
    return sessions.ask(handle -> end(handle, stage, StageRow.Status.FAILED, reason));
  }

  private static boolean end(Handle handle, UUID stage, StageRow.Status status, JsonNode reason) {
    return handle
            .createUpdate(END)
            .bind("stage", stage)
            .bind("status", status)
            .bindByType("reason", reason, JsonNode.class)
            .execute()
        == 1;
  }

  /** The stages of a run in the order they began, with the origin of what was reused. */
  public List<StageRow> ofRun(UUID run) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(OF_RUN)
                .bind("run", run)
                .map(ConstructorMapper.of(StageRow.class))
                .list());
  }

  /** Every attempt of every stage of a run, in order of time. */
  public List<HistoryRow> history(UUID run) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(HISTORY)
                .bind("run", run)
                .map(ConstructorMapper.of(HistoryRow.class))
                .list());
  }

  /** What a stage read and wrote, inputs first. */
  public List<Edge> edges(UUID stage) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(EDGES)
                .bind("stage", stage)
                .map(ConstructorMapper.of(Edge.class))
                .list());
  }

  /**
   * One edge.
   *
   * @param stageId the stage
   * @param direction whether it was read or written
   * @param role what the artifact was to the stage
   * @param ordinal its place in the stage's list, from 0
   * @param sha256 the artifact
   */
  public record Edge(UUID stageId, Direction direction, String role, int ordinal, String sha256) {}

  /** Which way an artifact went. */
  public enum Direction {
    /** The stage read it. */
    IN,
    /** The stage wrote it. */
    OUT
  }
}
