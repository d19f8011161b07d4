package dev.shoal.migrations;

import java.util.List;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * What was made from what. Each edge is told once a computation, by the stage that did it; who
 * reused it is in the view {@code lineage_edge}.
 *
 * <p>Both walks collect nodes, not paths: a graph with many ways between two artifacts costs no
 * more than one with a single way, and a cycle ends by itself.
 */
public final class LineageStore {

  private static final String ANCESTORS =
      """
      with recursive reached (sha256) as (
        select cast(:sha256 as text)
        union
        select used.sha256::text
        from reached
        join shoal.stage_artifact made on made.sha256 = reached.sha256 and made.direction = 'OUT'
        join shoal.stage_artifact used on used.stage_id = made.stage_id and used.direction = 'IN'
      )
      select distinct on (stage, work, child, role, parent) lineage_edge.*
      from reached
      join shoal.lineage_edge on lineage_edge.child = reached.sha256
      order by stage, work, child, role, parent, status
      """;

  private static final String DESCENDANTS =
      """
      with recursive reached (sha256) as (
        select cast(:sha256 as text)
        union
        select made.sha256::text
        from reached
        join shoal.stage_artifact used on used.sha256 = reached.sha256 and used.direction = 'IN'
        join shoal.stage_artifact made on made.stage_id = used.stage_id and made.direction = 'OUT'
      )
      select distinct on (stage, work, child, role, parent) lineage_edge.*
      from reached
      join shoal.lineage_edge on lineage_edge.parent = reached.sha256
      order by stage, work, child, role, parent, status
      """;

  private final Sessions sessions;

  LineageStore(Sessions sessions) {
    this.sessions = sessions;
  }

  /** Everything the artifact was made from, back to what came from outside. */
  public List<LineageRow> ancestors(String sha256) {
    return edges(ANCESTORS, sha256);
  }

  /** Everything that was ever made from the artifact. */
  public List<LineageRow> descendants(String sha256) {
    return edges(DESCENDANTS, sha256);
  }

  private List<LineageRow> edges(String query, String sha256) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(query)
                .bind("sha256", sha256)
                .map(ConstructorMapper.of(LineageRow.class))
                .list());
  }
}
