package dev.shoal.migrations;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** What lies in the artifact store, as the database knows it; what users brought does not. */
public final class StoredArtifacts {

  private static final String STORED =
      """
      stored as (
        select sha256, kind, bytes, created_at
        from shoal.artifact
        where deleted_at is null
          and exists (
            select from shoal.artifact_location
            where artifact_location.sha256 = artifact.sha256 and uri like 'file:%')
      )
      """;

  private static final String MAKER =
      """
      left join lateral (
        select run.run_id, run.name
        from shoal.stage_artifact
        join shoal.stage using (stage_id)
        join shoal.run using (run_id)
        where stage_artifact.sha256 = stored.sha256 and direction = 'OUT'
        order by stage.status = 'COMPUTED' desc, stage.started_at
        limit 1
      ) maker on true
      """;

  private static final String NEWEST =
      "with "
          + STORED
          + """
          , newest as (select * from stored order by created_at desc, sha256 limit :limit)
          select stored.sha256, stored.kind, stored.bytes, stored.created_at, maker.run_id,
            maker.name as run,
            exists (select from shoal.pin where pin.sha256 = stored.sha256)
              or exists (
                select from shoal.stage_artifact
                join shoal.stage using (stage_id)
                join shoal.pin on pin.run_id = stage.run_id
                where stage_artifact.sha256 = stored.sha256) as pinned,
            array(select name from shoal.tag where tag.sha256 = stored.sha256 order by name) as tags
          from newest stored
          """
          + MAKER
          + "order by stored.created_at desc, stored.sha256";

  private static final String BY_KIND =
      "with "
          + STORED
          + """
          , kinds as (
            select kind, bytes from stored
            union all
            select 'checkpoint', (checkpoint ->> 'bytes')::bigint
            from shoal.computation
            cross join jsonb_array_elements(checkpoints) as checkpoint
          )
          select kind, count(*) as count, sum(bytes) as bytes
          from kinds
          group by kind
          order by bytes desc, kind
          """;

  private static final String BY_RUN =
      "with "
          + STORED
          + """
          select maker.run_id, maker.name as run, count(*) as count, sum(stored.bytes) as bytes
          from stored
          """
          + MAKER
          + """
          group by maker.run_id, maker.name
          order by bytes desc, maker.run_id
          limit :limit
          """;

  private final Sessions sessions;

  StoredArtifacts(Sessions sessions) {
    this.sessions = sessions;
  }

  /** The newest ones. */
  public List<Stored> newest(int limit) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(NEWEST)
                .bind("limit", limit)
                .map(ConstructorMapper.of(Stored.class))
                .list());
  }

  /** How much there is of each kind, checkpoints among them; the largest first. */
  public List<Garbage.Tally> byKind() {
    return sessions.ask(
        handle ->
            handle.createQuery(BY_KIND).map(ConstructorMapper.of(Garbage.Tally.class)).list());
  }

  /** How much each run made, the largest first. */
  public List<OfRun> byRun(int limit) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(BY_RUN)
                .bind("limit", limit)
                .map(ConstructorMapper.of(OfRun.class))
                .list());
  }

  /**
   * One artifact.
   *
   * @param sha256 its digest
   * @param kind what it is
   * @param bytes its size
   * @param createdAt when it was made first
   * @param runId run that made it; absent where no run has it any more
   * @param run name of that run
   * @param pinned whether it or a run that read or made it is pinned
   * @param tags names that people gave it
   */
  public record Stored(
      String sha256,
      String kind,
      long bytes,
      Instant createdAt,
      Optional<UUID> runId,
      Optional<String> run,
      boolean pinned,
      List<String> tags) {}

  /**
   * What one run made.
   *
   * @param runId the run; absent for what no run has any more
   * @param run its name
   * @param count artifacts
   * @param bytes their sizes together
   */
  public record OfRun(Optional<UUID> runId, Optional<String> run, long count, long bytes) {}
}
