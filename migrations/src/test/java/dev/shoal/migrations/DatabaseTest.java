package dev.shoal.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The database")
class DatabaseTest {

  @Test
  @DisplayName("that does not answer is named with host and port, never with the password")
  void nobodyThere() throws IOException {
    int port = unusedPort();
    DatabaseSettings settings =
        new DatabaseSettings("jdbc:postgresql://localhost:" + port + "/shoal", "me", "secret");

    assertThatThrownBy(() -> Database.open(settings))
        .isInstanceOf(DatabaseUnavailableException.class)
        .hasMessageStartingWith(
            "PostgreSQL at localhost:%d/shoal cannot do what it was asked right now"
                + " (SQLState 08001): Connection to localhost:%d refused.",
            port, port)
        .message()
        .doesNotContain("secret");
    assertThat(settings).hasToString("me@localhost:" + port + "/shoal");
  }

  @Test
  @DisplayName("that cuts the connection is unavailable, and works again with the next call")
  void cut() {
    DatabaseSettings settings = TestServer.emptyDatabase();
    try (Database database = Database.open(settings)) {
      database.migrate();
      assertThatThrownBy(
              () -> new Sessions(jdbi(settings), settings).ask(h -> h.execute(TERMINATE_SELF)))
          .isInstanceOf(DatabaseUnavailableException.class)
          .hasMessageContaining("SQLState 57P01");
      TestServer.query(settings, TERMINATE_OTHERS);

      List<RunRow> runs = eventually(database);
      assertThat(runs).isEmpty();
    }
  }

  @Test
  @DisplayName("that does not exist is named, and the remedy with it")
  void noSuchDatabase() {
    DatabaseSettings settings = TestServer.settings("nowhere");

    assertThatThrownBy(() -> Database.open(settings))
        .isInstanceOf(DatabaseSetupException.class)
        .hasMessage(
            "PostgreSQL at %s has no such database; create it, or correct the database URL.",
            settings.place());
  }

  @Test
  @DisplayName("refuses an unknown login by name")
  void unknownLogin() {
    DatabaseSettings settings = TestServer.settings("postgres");

    assertThatThrownBy(
            () -> Database.open(new DatabaseSettings(settings.url(), "nobody", "secret")))
        .isInstanceOf(DatabaseSetupException.class)
        .hasMessage(
            "PostgreSQL at %s refuses the user nobody; check the user name and the password.",
            settings.place());
  }

  @Test
  @DisplayName("has an address that the driver understands")
  void badUrl() {
    assertThatThrownBy(() -> new DatabaseSettings("postgres://me:secret@host/db", "me", "secret"))
        .isInstanceOf(DatabaseSetupException.class)
        .hasMessage(
            "The database URL is not one that the PostgreSQL driver understands;"
                + " it must read jdbc:postgresql://HOST:PORT/DATABASE.");
  }

  private static final String TERMINATE_SELF = "select pg_terminate_backend(pg_backend_pid())";

  private static final String TERMINATE_OTHERS =
      """
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()
      """;

  private static Jdbi jdbi(DatabaseSettings settings) {
    return Jdbi.create(settings.url(), settings.user(), settings.password());
  }

  /** A connection that was cut may be handed out once more before the pool notices. */
  private static List<RunRow> eventually(Database database) {
    try {
      return database.runs().list(Optional.empty(), 1);
    } catch (DatabaseUnavailableException cut) {
      return database.runs().list(Optional.empty(), 1);
    }
  }

  private static int unusedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
