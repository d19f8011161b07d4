package dev.shoal.migrations;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;

/** Every statement passes here, so that every failure is told in the same words. */
final class Sessions {

  /**
   * Connection, rollback (deadlock), operator (shutdown, time limit); see PostgreSQL appendix A.
   */
  private static final Set<String> RETRYABLE_CLASSES = Set.of("08", "40", "53", "57");

  private static final String IDLE_IN_TRANSACTION = "25P03";

  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  private final Jdbi jdbi;
  private final DatabaseSettings settings;

  Sessions(Jdbi jdbi, DatabaseSettings settings) {
    this.jdbi = jdbi;
    this.settings = settings;
  }

  /** Runs statements that each stand for themselves. */
  <R> R ask(HandleCallback<R, RuntimeException> work) {
    return telling(settings, () -> jdbi.withHandle(work));
  }

  /** Runs statements of which all or none count. */
  <R> R transact(HandleCallback<R, RuntimeException> work) {
    return telling(settings, () -> jdbi.inTransaction(work));
  }

  /** A connection of its own; the caller closes it and wraps what it does in {@link #telling}. */
  Handle open() {
    return telling(settings, jdbi::open);
  }

  /** Runs work and tells a failure in the same words. */
  <R> R telling(Supplier<R> work) {
    return telling(settings, work);
  }

  /** Runs work and puts a failure of the connection or the login into one plain sentence. */
  static <R> R telling(DatabaseSettings settings, Supplier<R> work) {
    try {
      return work.get();
    } catch (DatabaseSetupException | DatabaseUnavailableException | SupersededException known) {
      throw known;
    } catch (RuntimeException failure) {
      throw translate(settings, failure);
    }
  }

  private static RuntimeException translate(DatabaseSettings settings, RuntimeException failure) {
    Optional<SQLException> last = lastSqlException(failure);
    if (last.isEmpty()) {
      return failure;
    }
    SQLException cause = last.get();
    String state = cause.getSQLState() == null ? "" : cause.getSQLState();
    if (state.startsWith("28")) {
      return new DatabaseSetupException(
          "PostgreSQL at %s refuses the user %s; check the user name and the password."
              .formatted(settings.place(), settings.user()),
          failure);
    }
    if (state.equals("3D000")) {
      return new DatabaseSetupException(
          "PostgreSQL at %s has no such database; create it, or correct the database URL."
              .formatted(settings.place()),
          failure);
    }
    if (state.equals(INSUFFICIENT_PRIVILEGE)) {
      return new DatabaseSetupException(
          ("PostgreSQL at %s does not let the user %s do this (%s); migrate as the schema's owner,"
                  + " and work as a member of the role shoal_worker.")
              .formatted(
                  settings.place(), settings.user(), firstLine(cause).replace("ERROR: ", "")),
          failure);
    }
    return retryable(cause, state) ? unavailable(settings, cause, failure) : failure;
  }

  private static boolean retryable(SQLException cause, String state) {
    return cause instanceof SQLTransientConnectionException
        || state.equals(IDLE_IN_TRANSACTION)
        || (state.length() == 5 && RETRYABLE_CLASSES.contains(state.substring(0, 2)));
  }

  private static DatabaseUnavailableException unavailable(
      DatabaseSettings settings, SQLException cause, RuntimeException failure) {
    return new DatabaseUnavailableException(
        "PostgreSQL at %s cannot do what it was asked right now (SQLState %s): %s"
            .formatted(settings.place(), cause.getSQLState(), firstLine(cause)),
        failure);
  }

  private static String firstLine(SQLException cause) {
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }

  private static Optional<SQLException> lastSqlException(Throwable failure) {
    SQLException last = null;
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof SQLException found) {
        last = found;
      }
    }
    return Optional.ofNullable(last);
  }
}
