package dev.shoal.migrations;

import static dev.shoal.migrations.TestServer.execute;
import static dev.shoal.migrations.TestServer.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a worker may do is shown by the stores' tests, all of which run as a worker's login. */
@DisplayName("A login that owns nothing")
class RolesTest {

  private static final String REMEDY =
      "PostgreSQL at %s does not let the user %s do this (permission denied for %s); migrate as the"
          + " schema's owner, and work as a member of the role shoal_worker.";

  private static DatabaseSettings owner;
  private static DatabaseSettings worker;
  private static DatabaseSettings reader;

  @BeforeAll
  static void migrate() {
    owner = TestServer.migratedDatabase();
    worker = TestServer.worker(owner);
    reader = TestServer.reader(owner);
    execute(owner, "create schema hr; create table hr.salary (amount int)");
  }

  @Test
  @DisplayName("works as a worker: the schema is found current, and rows are written")
  void works() {
    try (Database database = Database.open(worker)) {
      database.requireCurrent();
      database.runs().create(Fixture.start("by-the-worker"));
    }
    assertThat(query(reader, "select name from shoal.run_summary"))
        .containsExactly("name-by-the-worker");
    assertThat(
            query(
                owner,
                "select relname from pg_class join pg_roles on relowner = pg_roles.oid"
                    + " where rolname in ('shoal_worker', 'shoal_reader', '%s')"
                        .formatted(worker.user())))
        .isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "drop table shoal.outbox",
        "drop schema shoal cascade",
        "alter table shoal.run add column x int",
        "alter table shoal.run disable trigger all",
        "truncate shoal.run cascade",
        "create table shoal.mine (x int)",
        "create table public.mine (x int)",
        "create schema mine",
        "create view shoal.mine as select 1",
        "create function shoal.mine() returns int language sql as 'select 1'",
        "create or replace view shoal.run_summary as select 1 as run_id",
        "drop view shoal.run_summary",
        "create index on shoal.run (name)",
        "comment on table shoal.run is 'mine'",
        "update shoal.flyway_schema_history set checksum = 1",
        "delete from shoal.flyway_schema_history",
        "create role mine",
        "alter role shoal_worker superuser",
        "set role shoal_owner",
        "select * from hr.salary",
        "select * from pg_authid",
        "copy shoal.run to '/tmp/rows'",
        "copy shoal.run to program 'cat'",
        "select pg_read_file('/etc/passwd')",
      })
  @DisplayName("cannot, as a worker:")
  void cannot(String sql) {
    assertThatThrownBy(() -> execute(worker, sql))
        .rootCause()
        .hasMessageMatching(
            "(?s)ERROR: (permission denied|must be owner|only roles with|must be superuser).*");
  }

  @Test
  @DisplayName("is told which login to take where it is to migrate, or is no member")
  void isTold() {
    DatabaseSettings empty = TestServer.worker(TestServer.emptyDatabase());
    try (Database database = Database.open(empty)) {
      assertThatThrownBy(database::migrate)
          .isInstanceOf(DatabaseSetupException.class)
          .hasMessage(REMEDY, empty.place(), empty.user(), "database " + databaseOf(empty));
    }
    execute(owner, "create role nobody_special login password 'p'");
    DatabaseSettings other = new DatabaseSettings(owner.url(), "nobody_special", "p");
    try (Database database = Database.open(other)) {
      assertThatThrownBy(() -> database.runs().create(Fixture.start("denied")))
          .isInstanceOf(DatabaseSetupException.class)
          .hasMessage(REMEDY, other.place(), other.user(), "schema shoal");
      assertThatThrownBy(database::requireCurrent)
          .isInstanceOf(DatabaseSetupException.class)
          .hasMessage(REMEDY, other.place(), other.user(), "schema shoal");
    }
  }

  private static String databaseOf(DatabaseSettings settings) {
    return settings.url().replaceAll(".*/", "");
  }

  @Test
  @DisplayName("sees as a reader all views and no table, and writes nothing")
  void reads() {
    List<String> views = relations('v');
    assertThat(views).contains("run_summary", "lineage", "model_scores");
    for (String view : views) {
      assertThat(query(reader, "select count(*) from shoal." + view)).as(view).hasSize(1);
    }
    for (String table : relations('r')) {
      assertThatThrownBy(() -> query(reader, "select count(*) from shoal." + table))
          .hasRootCauseMessage("ERROR: permission denied for table " + table);
    }
    for (String view : views) {
      assertThatThrownBy(() -> execute(reader, "delete from shoal." + view))
          .rootCause()
          .hasMessageMatching("(?s)ERROR: (permission denied for|cannot delete from) view.*");
    }
    assertThatThrownBy(() -> execute(reader, "create table shoal.mine (x int)"))
        .rootCause()
        .hasMessageStartingWith("ERROR: permission denied for schema shoal");
  }

  private static List<String> relations(char kind) {
    return query(
        owner,
        "select relname from pg_class where relnamespace = 'shoal'::regnamespace and relkind = '"
            + kind
            + "'");
  }
}
