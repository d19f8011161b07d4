package dev.shoal.migrations;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** Numbers observed while computing. Written again, a number replaces the one before. */
public final class MetricStore {

  private static final int ROWS_PER_STATEMENT = 5_000;

  /** Reads the epoch under a lock, so that no claim can come between the check and the insert. */
  private static final String WRITE =
      """
      insert into shoal.metric (key, name, step, value, lease_epoch)
      select computation.key, observed.name, observed.step, observed.value, computation.lease_epoch
      from shoal.computation,
        unnest(:names, :steps, :values) as observed (name, step, value)
      where computation.key = :key and computation.lease_epoch = :epoch
      for share of computation
      on conflict (key, name, step) do update
      set value = excluded.value, lease_epoch = excluded.lease_epoch, observed_at = now()
      """;

  private static final String DELETE_AFTER =
      """
      delete from shoal.metric where key = :key and step > :step
      """;

  private static final String SERIES =
      """
      select step, value, observed_at
      from shoal.metric
      where key = :key and name = :name
      order by step
      """;

  private static final String ALL =
      """
      select name, step, value, observed_at
      from shoal.metric
      where key = :key
      order by name, step
      """;

  /** Looks up each name's last step in the index, instead of reading every step. */
  private static final String LAST =
      """
      with recursive last as (
        (select name, step, value, observed_at from shoal.metric
         where key = :key order by name desc, step desc limit 1)
        union all
        select before.* from last, lateral (
          select name, step, value, observed_at from shoal.metric
          where key = :key and name < last.name order by name desc, step desc limit 1) before
      )
      select * from last order by name
      """;

  private final Sessions sessions;

  MetricStore(Sessions sessions) {
    this.sessions = sessions;
  }

  /**
   * Writes numbers, some thousand at a time.
   *
   * @throws SupersededException if another attempt has the computation
   */
  public void record(Claim claim, List<MetricRow> metrics) {
    sessions.ask(handle -> write(handle, claim, metrics));
  }

  /** One number over the steps. */
  public List<Point> series(String key, String name) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(SERIES)
                .bind("key", key)
                .bind("name", name)
                .map(ConstructorMapper.of(Point.class))
                .list());
  }

  /** All numbers of a computation over the steps, by name. */
  public SortedMap<String, List<Point>> series(String key) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(ALL)
                .bind("key", key)
                .registerRowMapper(ConstructorMapper.factory(Point.class))
                .reduceRows(
                    new TreeMap<String, List<Point>>(),
                    (all, row) -> {
                      all.computeIfAbsent(
                              row.getColumn("name", String.class), name -> new ArrayList<>())
                          .add(row.getRow(Point.class));
                      return all;
                    }));
  }

  /** The last point of everything that was observed in a computation, by name. */
  public SortedMap<String, Point> last(String key) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(LAST)
                .bind("key", key)
                .registerRowMapper(ConstructorMapper.factory(Point.class))
                .reduceRows(
                    new TreeMap<String, Point>(),
                    (last, row) -> {
                      last.put(row.getColumn("name", String.class), row.getRow(Point.class));
                      return last;
                    }));
  }

  @CanIgnoreReturnValue
  static int write(Handle handle, Claim claim, List<MetricRow> metrics) {
    List<MetricRow> rows = lastOfEach(metrics);
    for (int from = 0; from < rows.size(); from += ROWS_PER_STATEMENT) {
      int to = Math.min(rows.size(), from + ROWS_PER_STATEMENT);
      if (writeSome(handle, claim, rows.subList(from, to)) == 0) {
        throw new SupersededException(claim);
      }
    }
    return rows.size();
  }

  static void deleteAfter(Handle handle, String key, Optional<Long> step) {
    handle
        .createUpdate(DELETE_AFTER)
        .bind("key", key)
        .bind("step", step.orElse(-1L)) // no checkpoint: everything goes
        .execute();
  }

  private static int writeSome(Handle handle, Claim claim, List<MetricRow> rows) {
    return handle
        .createUpdate(WRITE)
        .bindMethods(claim)
        .bindArray("names", String.class, rows.stream().map(MetricRow::name).toList())
        .bindArray("steps", Long.class, rows.stream().map(MetricRow::step).toList())
        .bindArray("values", Double.class, rows.stream().map(MetricRow::value).toList())
        .execute();
  }

  /** One statement may not write the same row twice; the later value wins. */
  private static List<MetricRow> lastOfEach(Collection<MetricRow> metrics) {
    Map<List<Object>, MetricRow> last = new LinkedHashMap<>();
    metrics.forEach(metric -> last.put(List.of(metric.name(), metric.step()), metric));
    return new ArrayList<>(last.values());
  }

  /**
   * One point of a series.
   *
   * @param step training step
   * @param value the number
   * @param observedAt when it was written
   */
  public record Point(long step, double value, Instant observedAt) {}
}
