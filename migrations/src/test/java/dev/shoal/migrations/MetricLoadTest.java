package dev.shoal.migrations;

import static dev.shoal.migrations.Fixture.digest;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("load")
@DisplayName("A million metrics")
class MetricLoadTest {

  private static final int COMPUTATIONS = 40;
  private static final int NAMES = 25;
  private static final int STEPS = 1_000;

  private static final String OF_A_RUN =
      """
      select step, value from shoal.metric_series where run = ? and metric = 'metric-7' order by step
      """;

  private static final String LAST_OF_ALL_RUNS =
      """
      select run, value from shoal.metric_series where metric = 'metric-7' and step = 999
      """;

  @Test
  @DisplayName("are written, and every way to ask for some finds them")
  void many() throws Exception {
    DatabaseSettings settings = TestServer.migratedDatabase();
    try (Database database = Database.open(settings);
        Connection sql =
            DriverManager.getConnection(settings.url(), settings.user(), settings.password())) {
      write(database);
      sql.createStatement().execute("analyze shoal.metric, shoal.stage, shoal.run");

      MetricStore metrics = database.metrics();
      time("one series of a computation", () -> metrics.series(key(7), "metric-7"), STEPS);
      time("the last of every series of it", () -> metrics.last(key(7)).values(), NAMES);
      time("SQL: one metric of a run", () -> ask(sql, OF_A_RUN, "name-w7"), STEPS);
      time(
          "SQL: the last of one metric in all runs",
          () -> ask(sql, LAST_OF_ALL_RUNS),
          COMPUTATIONS);
    }
  }

  private static String key(int computation) {
    return digest("%02d".formatted(computation));
  }

  private static void write(Database database) {
    Fixture fixture = new Fixture(database);
    long begin = System.nanoTime();
    for (int c = 0; c < COMPUTATIONS; c++) {
      Claim claim = fixture.claimed(key(c), fixture.stage("w" + c, "train")).claim();
      database
          .metrics()
          .record(
              claim,
              IntStream.range(0, NAMES * STEPS)
                  .mapToObj(i -> new MetricRow("metric-" + i % NAMES, i / NAMES, 1.0 / (i + 1)))
                  .toList());
    }
    System.out.printf("1,000,000 metrics written in %.1f s%n", (System.nanoTime() - begin) / 1e9);
  }

  /** The median of eleven. */
  private static void time(String what, Callable<? extends Iterable<?>> query, int rows)
      throws Exception {
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      long begin = System.nanoTime();
      assertThat(query.call()).hasSize(rows);
      times.add(System.nanoTime() - begin);
    }
    Collections.sort(times);
    System.out.printf("%s: %.1f ms for %,d rows%n", what, times.get(5) / 1e6, rows);
  }

  private static List<Double> ask(Connection sql, String query, String... values)
      throws SQLException {
    try (PreparedStatement statement = sql.prepareStatement(query)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      List<Double> found = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(rows.getDouble("value"));
        }
      }
      return found;
    }
  }
}
