package dev.shoal.migrations;

import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * What was made from what. Each edge is told once a computation, by the stage that did it; who
 * reused it is in the view {@code lineage_edge}.
 *
 * <p>Both walks collect nodes, not paths: a graph with many ways between two artifacts costs no
 * more than one with a single way, and a cycle ends by itself.
 */
public final class LineageStore {

  private static final String ANCESTORS = "select * from shoal.ancestors(:sha256)";

  private static final String DESCENDANTS = "select * from shoal.descendants(:sha256)";

  /** Here and not in the database, which would carry whole rows about: a fifth of the time. */
  private static final Comparator<LineageRow> ORDER =
      Comparator.comparing(LineageRow::stage)
          .thenComparing(row -> row.computationKey().orElse(row.stageId().toString()))
          .thenComparing(LineageRow::child)
          .thenComparing(LineageRow::role)
          .thenComparing(LineageRow::parent);

  private static final String OF_STAGE =
      """
      select * from shoal.lineage_edge where stage_id = cast(:stage as uuid)
      order by child, role, parent
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

  /** What a stage made, and from what. */
  public List<LineageRow> ofStage(UUID stage) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(OF_STAGE)
                .bind("stage", stage)
                .map(ConstructorMapper.of(LineageRow.class))
                .list());
  }

  private List<LineageRow> edges(String query, String sha256) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(query)
                .bind("sha256", sha256)
                .map(ConstructorMapper.of(LineageRow.class))
                .stream()
                .sorted(ORDER)
                .toList());
  }
}
