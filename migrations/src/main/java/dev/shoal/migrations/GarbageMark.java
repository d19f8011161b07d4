package dev.shoal.migrations;

import org.jdbi.v3.core.Handle;

/**
 * Marks what may go, in temporary tables of one session: {@code given_up_run}, {@code reached} and
 * {@code collectable}. The set is never in this program's memory.
 */
final class GarbageMark {

  /**
   * Whether an edge keeps its artifact: that of a run which is open, pinned or at work does, and
   * that of any run which is not given up, unless it was the output of a result that was thrown
   * away. Needs {@code edge}, {@code stage}, {@code run} and {@code computation}.
   */
  static final String KEEPS =
      """
      (run.ended_at is null
        or run.run_id in (select run_id from shoal.pin where run_id is not null)
        or run.run_id in (
          select working.run_id
          from shoal.computation leased
          join shoal.stage working on working.stage_id = leased.lease_stage
          where leased.status = 'RUNNING' and leased.lease_until > clock_timestamp())
        or (run.run_id not in (select run_id from given_up_run)
          and (edge.direction = 'IN' or computation.status is distinct from 'INVALIDATED')))
      """;

  /** Artifacts by whose folder an open run names its model. */
  static final String NAMED_BY_PATH =
      """
      select named[1] as sha256
      from shoal.run
      cross join regexp_matches(
        coalesce(resolved, request)::text, '/objects/[0-9a-f]{2}/([0-9a-f]{64})', 'g') as named
      where ended_at is null
      """;

  private static final String BEGIN =
      """
      discard temp
      """;

  /**
   * Few rows lead on at each level, which the planner cannot know: hashing would read the whole
   * table once a level.
   */
  static final String BY_INDEX =
      """
      set local enable_hashjoin = off;
      set local enable_mergejoin = off
      """;

  private static final String PATIENCE =
      """
      set local statement_timeout = '10min'
      """;

  /** The runs of a comparison have its workflow id and a slash before theirs. */
  private static final String GIVEN_UP_RUNS =
      """
      create temporary table given_up_run as
      with below as (
        select run.run_id, run.workflow_id, array_to_string(trim_array(part, depth), '/') as above
        from shoal.run
        cross join string_to_array(workflow_id, '/') as part
        cross join generate_series(1, cardinality(part) - 1) as depth
      ), own as (
        select run_id, workflow_id
        from shoal.run
        where :everything
          or ended_at is null
          or ended_at > now() - make_interval(secs => :seconds)
          or run_id in (select run_id from shoal.pin where run_id is not null)
          or run_id in (
            select stage.run_id
            from shoal.computation
            join shoal.stage on stage.stage_id = lease_stage
            where lease_until > clock_timestamp())
          or run_id in (
            select run_id
            from shoal.run
            where not exists (
              select from below
              join shoal.run comparison on comparison.workflow_id = below.above
              where below.run_id = run.run_id)
            order by started_at desc, run_id
            limit :last)
      )
      select run_id
      from shoal.run
      where run_id not in (select run_id from own)
        and run_id not in (
          select below.run_id from below join own on own.workflow_id = below.above)
      """;

  private static final String REACHED =
      """
      create temporary table reached as
      with recursive reach (sha256) as (
        select sha256::text
        from (
          select edge.sha256
          from shoal.stage_artifact edge
          join shoal.stage using (stage_id)
          join shoal.run using (run_id)
          left join shoal.computation on computation.key = stage.computation_key
          where %s
          union
          select sha256 from shoal.pin where sha256 is not null
          union
          select sha256 from shoal.tag
          union
          %s
        ) root
        union
        select above.sha256
        from reach
        cross join lateral (
          select used.sha256::text
          from shoal.stage_artifact made
          join shoal.stage_artifact used on used.stage_id = made.stage_id and used.direction = 'IN'
          where made.direction = 'OUT' and made.sha256 = reach.sha256
          union all
          select substring(uri from '/objects/[0-9a-f]{2}/([0-9a-f]{64})')
          from shoal.artifact_location
          where artifact_location.sha256 = reach.sha256 and uri like '%%/objects/%%'
        ) above
        where above.sha256 is not null
      )
      select sha256 from reach
      """
          .formatted(KEEPS, NAMED_BY_PATH);

  /** What users brought lies at a plain path and is theirs; what was made here has a URI. */
  private static final String COLLECTABLE =
      """
      create temporary table collectable as
      select artifact.sha256::text, kind, bytes
      from shoal.artifact
      where deleted_at is null
        and not exists (select from reached where reached.sha256 = artifact.sha256)
        and exists (
          select from shoal.artifact_location
          where artifact_location.sha256 = artifact.sha256 and uri like 'file:%')
      """;

  private GarbageMark() {}

  static void write(Handle handle, Retention retention) {
    handle.execute(BEGIN);
    handle.useTransaction(
        open -> {
          open.execute(PATIENCE);
          open.createUpdate(GIVEN_UP_RUNS)
              .bind("everything", retention.keepsEveryRun())
              .bind("seconds", seconds(retention))
              .bind("last", retention.last().orElse(0))
              .execute();
          open.execute("create unique index on given_up_run (run_id)");
          open.execute(BY_INDEX);
          open.execute(REACHED);
          open.execute("set local enable_hashjoin = on");
          open.execute("create unique index on reached (sha256)");
          open.execute(COLLECTABLE);
          open.execute("create unique index on collectable (sha256)");
        });
  }

  private static Double seconds(Retention retention) {
    return retention.olderThan().map(age -> (double) age.toSeconds()).orElse(null);
  }

  static void erase(Handle handle) {
    handle.execute(BEGIN);
  }
}
