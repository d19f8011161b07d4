package dev.shoal.migrations;

import static dev.shoal.migrations.TestServer.execute;
import static dev.shoal.migrations.TestServer.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The schema")
class SchemaTest {

  private static final String UNCOMMENTED =
      """
      select class.relname || coalesce('.' || attribute.attname, '')
      from pg_class class
      join pg_attribute attribute
        on attribute.attrelid = class.oid and attribute.attnum > 0 and not attribute.attisdropped
      where class.relnamespace = 'shoal'::regnamespace
        and class.relkind in ('r', 'v')
        and class.relname <> 'flyway_schema_history'
        and (col_description(class.oid, attribute.attnum) is null
          or obj_description(class.oid, 'pg_class') is null)
      """;

  private static final String FOREIGN_KEYS_WITHOUT_INDEX =
      """
      select conrelid::regclass || ' ' || conname
      from pg_constraint
      where contype = 'f' and connamespace = 'shoal'::regnamespace
        and conrelid in ('shoal.stage'::regclass, 'shoal.stage_artifact'::regclass,
          'shoal.attempt'::regclass, 'shoal.metric'::regclass)
        and conname not like '%environment%'
        and not exists (
          select from pg_index
          where indrelid = conrelid and indkey[0] = conkey[1])
      """;

  @Test
  @DisplayName("has a comment on every table, every view and every column")
  void commented() {
    DatabaseSettings settings = TestServer.emptyDatabase();
    withDatabase(settings, Database::migrate);

    assertThat(query(settings, UNCOMMENTED)).isEmpty();
    assertThat(
            query(
                settings,
                "select relname from pg_class where relnamespace = 'shoal'::regnamespace"
                    + " and relkind in ('r', 'v') order by relname"))
        .contains("run", "stage", "computation", "attempt", "artifact", "artifact_location")
        .contains("stage_artifact", "metric", "environment", "pin", "outbox")
        .contains("run_summary", "lineage", "stage_history", "metric_series", "model_scores");
    assertThat(query(settings, FOREIGN_KEYS_WITHOUT_INDEX)).isEmpty();
  }

  @Test
  @DisplayName("is made by the first migration and left alone by the second")
  void twice() {
    withDatabase(
        TestServer.emptyDatabase(),
        database -> {
          assertThat(database.migrate()).isEqualTo(11);
          assertThat(database.migrate()).isZero();
          assertThatCode(database::requireCurrent).doesNotThrowAnyException();
        });
  }

  @Test
  @DisplayName("that is missing is refused with the command that makes it")
  void pending() {
    DatabaseSettings settings = TestServer.emptyDatabase();
    withDatabase(
        settings,
        database ->
            assertThatThrownBy(database::requireCurrent)
                .isInstanceOf(DatabaseSetupException.class)
                .hasMessage(
                    "The database at %s lacks 11 of this Shoal's migrations (the first is runs);"
                        + " run `shoal migrate`.",
                    settings.place()));
  }

  @Test
  @DisplayName("of a newer Shoal is neither used nor migrated")
  void newer() {
    DatabaseSettings settings = TestServer.emptyDatabase();
    withDatabase(
        settings,
        database -> {
          database.migrate();
          history(settings, 99, "9999", "from the future", true);
          String message =
              "The database at %s was migrated by a newer Shoal (version 9999);"
                  + " upgrade Shoal, or use another database.";
          assertThatThrownBy(database::requireCurrent).hasMessage(message, settings.place());
          assertThatThrownBy(database::migrate).hasMessage(message, settings.place());
        });
  }

  @Test
  @DisplayName("with a changed or failed migration is refused by its version")
  void changed() {
    DatabaseSettings settings = TestServer.emptyDatabase();
    withDatabase(
        settings,
        database -> {
          database.migrate();
          execute(
              settings, "update shoal.flyway_schema_history set checksum = 1 where version='0004'");
          String message =
              "The database at %s cannot be used, a migration differs from the one that was applied"
                  + " (version 0004); use the Shoal that applied it, or another database.";
          assertThatThrownBy(database::requireCurrent).hasMessage(message, settings.place());
          assertThatThrownBy(database::migrate).hasMessage(message, settings.place());
          execute(
              settings,
              "update shoal.flyway_schema_history set success = false where version = '0004'");
          assertThatThrownBy(database::requireCurrent)
              .hasMessageContaining("a migration failed half way")
              .hasMessageEndingWith("(version 0004).");
        });
  }

  @Test
  @DisplayName("is made as well by a user who may not create roles")
  void withoutCreateRole() {
    DatabaseSettings settings = TestServer.emptyDatabase();
    String name = settings.url().replaceAll(".*/", "");
    execute(
        settings,
        "create role plain login password 'p'; grant create on database " + name + " to plain");
    withDatabase(
        new DatabaseSettings(settings.url(), "plain", "p"),
        database -> {
          assertThat(database.migrate()).isEqualTo(11);
          database.requireCurrent();
        });
  }

  private static void history(
      DatabaseSettings settings, int rank, String version, String what, boolean success) {
    execute(
        settings,
        """
        insert into shoal.flyway_schema_history
        values (%d, '%s', '%s', 'SQL', 'V.sql', 0, 'someone', now(), 1, %s)
        """
            .formatted(rank, version, what, success));
  }

  private static void withDatabase(DatabaseSettings settings, Consumer<Database> test) {
    try (Database database = Database.open(settings)) {
      test.accept(database);
    }
  }
}
