package dev.shoal.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Run by {@code mvn -pl migrations -am test -Dgroups=load -DexcludedGroups=}. */
@Tag("load")
@DisplayName("Among 100,001 artifacts")
class LineageLoadTest {

  private static final int CALLS = 30;
  private static final String LAST = "encode(sha256('42 999'), 'hex')";
  private static final String FIRST = "encode(sha256('42 0'), 'hex')";

  private static DatabaseSettings worker;

  @BeforeAll
  static void fill() throws IOException {
    DatabaseSettings owner = TestServer.migratedDatabase();
    TestServer.execute(owner, QuestionsTest.resource("lineage-load.sql"));
    TestServer.execute(owner, "vacuum analyze"); // as the server does by itself within minutes
    worker = TestServer.worker(owner);
    assertThat(TestServer.query(owner, "select count(*) from shoal.artifact"))
        .containsExactly("100001");
  }

  @Test
  @DisplayName("one with 999 ancestors tells them")
  void up() {
    String digest = TestServer.query(worker, "select " + LAST).get(0);
    try (Database database = Database.open(worker)) {
      timed("ancestors", 3 * 999, () -> database.lineage().ancestors(digest));
    }
  }

  @Test
  @DisplayName("one that 999 others were made from tells them")
  void down() {
    String digest = TestServer.query(worker, "select " + FIRST).get(0);
    try (Database database = Database.open(worker)) {
      timed("descendants", 2 * 999, () -> database.lineage().descendants(digest));
    }
  }

  @Test
  @DisplayName("the view lineage, filtered by an artifact, tells them, too")
  void view() {
    String query = "select child from shoal.lineage where artifact = " + LAST;
    timed("view", 3 * 999, () -> TestServer.query(worker, query));
  }

  /** For docs/sql.md: the fastest call; the others say how busy the machine is. */
  private static void timed(String what, int rows, Supplier<List<?>> call) {
    assertThat(call.get()).hasSize(rows);
    double[] times =
        IntStream.range(0, CALLS).mapToDouble(i -> milliseconds(call)).sorted().toArray();
    System.out.printf(
        "%s: %d rows, fastest %.1f ms, median %.1f ms, slowest %.1f ms%n",
        what, rows, times[0], times[CALLS / 2], times[CALLS - 1]);
  }

  private static double milliseconds(Supplier<List<?>> call) {
    long begin = System.nanoTime();
    assertThat(call.get()).isNotEmpty();
    return (System.nanoTime() - begin) / 1e6;
  }
}
