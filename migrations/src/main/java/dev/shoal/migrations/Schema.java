package dev.shoal.migrations;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.ErrorCode;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.output.ValidateOutput;
import org.postgresql.ds.PGSimpleDataSource;

/** Brings the schema {@code shoal} up to date, and says what is wrong with it where it is not. */
final class Schema {

  static final String NAME = "shoal";

  private static final Set<ErrorCode> DIFFERS =
      Set.of(
          CoreErrorCode.CHECKSUM_MISMATCH,
          CoreErrorCode.TYPE_MISMATCH,
          CoreErrorCode.DESCRIPTION_MISMATCH);

  private final Flyway flyway;
  private final DatabaseSettings settings;

  Schema(PGSimpleDataSource source, DatabaseSettings settings) {
    this.settings = settings;
    this.flyway =
        Flyway.configure(Schema.class.getClassLoader())
            .dataSource(source)
            .schemas(NAME)
            .locations("classpath:db/migration")
            .cleanDisabled(true)
            .load();
  }

  /** Applies what is missing and returns how many scripts that were. */
  int migrate() {
    return Sessions.telling(
        settings,
        () -> {
          refuseNewer();
          refuseChanged();
          return flyway.migrate().migrationsExecuted;
        });
  }

  /** Refuses a schema that is not exactly the one this program was built with. */
  void requireCurrent() {
    Sessions.telling(
        settings,
        () -> {
          refuseNewer();
          refuse(failed(), "a migration failed half way: repair it with Flyway, then");
          refusePending();
          refuseChanged();
          return true;
        });
  }

  private void refuseNewer() {
    String newer = versions(List.of(MigrationState.FUTURE_SUCCESS, MigrationState.FUTURE_FAILED));
    if (!newer.isEmpty()) {
      throw new DatabaseSetupException(
          "The database at %s was migrated by a newer Shoal (%s); upgrade Shoal, or use another database."
              .formatted(settings.place(), newer));
    }
  }

  private String failed() {
    return versions(List.of(MigrationState.FAILED));
  }

  private void refusePending() {
    MigrationInfo[] pending = flyway.info().pending();
    if (pending.length > 0) {
      throw new DatabaseSetupException(
          "The database at %s lacks %d of this Shoal's migrations (the first is %s); run `shoal migrate`."
              .formatted(settings.place(), pending.length, pending[0].getDescription()));
    }
  }

  /** What is only pending differs in nothing, and nobody migrates what has changed. */
  private void refuseChanged() {
    String changed =
        flyway.validateWithResult().invalidMigrations.stream()
            .filter(invalid -> DIFFERS.contains(invalid.errorDetails.errorCode))
            .map(Schema::describe)
            .collect(Collectors.joining(", "));
    if (!changed.isEmpty()) {
      throw new DatabaseSetupException(
          "The database at %s cannot be used, a migration differs from the one that was applied (%s); use the Shoal that applied it, or another database."
              .formatted(settings.place(), changed));
    }
  }

  private void refuse(String which, String trouble) {
    if (!which.isEmpty()) {
      throw new DatabaseSetupException(
          "The database at %s cannot be used, %s run `shoal migrate` (%s)."
              .formatted(settings.place(), trouble, which));
    }
  }

  private static String describe(ValidateOutput invalid) {
    return invalid.version.isEmpty() ? invalid.description : "version " + invalid.version;
  }

  private String versions(List<MigrationState> states) {
    return Arrays.stream(flyway.info().all())
        .filter(migration -> states.contains(migration.getState()))
        .map(Schema::describe)
        .collect(Collectors.joining(", "));
  }

  private static String describe(MigrationInfo migration) {
    return migration.getVersion() == null
        ? migration.getDescription()
        : "version " + migration.getVersion();
  }
}
