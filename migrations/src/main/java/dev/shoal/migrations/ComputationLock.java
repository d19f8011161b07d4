package dev.shoal.migrations;

import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * One computation, locked until the caller's transaction ends. Claims and commits of one key thus
 * happen one after the other.
 */
final class ComputationLock {

  private static final String LOCK =
      """
      select *
      from shoal.computation
      where key = :key
      for no key update
      """;

  /** Prefers the stage that computed the result; its run may have moved on to another key since. */
  private static final String EDGES_FROM =
      """
      select stage_id
      from shoal.stage
      where computation_key = :key and status in ('COMPUTED', 'REUSED')
      order by stage_id = :origin desc, status, started_at
      limit 1
      """;

  private static final String REUSE =
      """
      update shoal.stage
      set computation_key = :key,
          status = case when stage_id = :origin then 'COMPUTED' else 'REUSED' end,
          reused_from = nullif(:origin, stage_id),
          reason = null,
          ended_at = clock_timestamp()
      where stage_id = :stage
        and (status not in ('COMPUTED', 'REUSED') or computation_key is distinct from :key)
      """;

  private final Handle handle;
  private final String key;

  ComputationLock(Handle handle, String key) {
    this.handle = handle;
    this.key = key;
  }

  /** Waits for the lock and reads the row. */
  Optional<ComputationRow> read() {
    return handle
        .createQuery(LOCK)
        .bind("key", key)
        .map(ConstructorMapper.of(ComputationRow.class))
        .findOne();
  }

  /** The stage that has the edges of the finished result. */
  Optional<UUID> edgesFrom(ComputationRow finished) {
    return handle
        .createQuery(EDGES_FROM)
        .bind("key", key)
        .bind("origin", finished.originStage().orElseThrow())
        .mapTo(UUID.class)
        .findOne();
  }

  /** Ends a stage with the finished result: as COMPUTED if it is its own, else as REUSED. */
  void reuse(UUID stage, UUID edgesFrom, ComputationRow finished) {
    int changed =
        handle
            .createUpdate(REUSE)
            .bind("key", key)
            .bind("stage", stage)
            .bind("origin", finished.originStage().orElseThrow())
            .execute();
    if (changed == 1 && !stage.equals(edgesFrom)) {
      new Edges(handle, stage).copyFrom(edgesFrom);
    }
  }
}
