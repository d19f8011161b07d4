package dev.shoal.worker.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The local PostgreSQL")
@Timeout(90)
class LocalPostgresTest {

  @TempDir private static Path shared;
  private StackFolder folder;
  private LocalPostgres postgres;

  @BeforeAll
  static void unpackOnce() {
    PostgresBinaries.unpack(shared);
  }

  @BeforeEach
  void create() throws IOException {
    folder = StackFolder.create(Files.createTempDirectory(shared, "state"));
    String unpacked = "pgsql-" + PostgresBinaries.MAJOR;
    Files.createSymbolicLink(folder.folder("postgres").resolve(unpacked), shared.resolve(unpacked));
    postgres = new LocalPostgres(folder, OrdinaryUser.choose());
  }

  @AfterEach
  void stop() {
    postgres.stop();
  }

  @Test
  @DisplayName("keeps a row, its port and its password through stop, kill -9 and a recycled pid")
  void keepsARow() throws Exception {
    start();
    execute("create table kept (number int)");
    execute("insert into kept values (1)");
    String url = postgres.url().orElseThrow();

    postgres.stop();
    assertThat(postgres.status().running()).isFalse();
    start();
    execute("insert into kept values (2)");

    LocalStackTest.kill(postgres.status().pid().orElseThrow());
    start();
    execute("insert into kept values (3)");

    postgres.stop();
    Path left = folder.resolve("postgres/data/postmaster.pid");
    Files.writeString(left, ProcessHandle.current().pid() + "\n");
    start();

    assertThat(number("select sum(number) from kept")).isEqualTo(6);
    assertThat(postgres.url()).hasValue(url);
  }

  @Test
  @DisplayName("is started once, found by another command, and lets nobody in without a password")
  void isFoundAgain() {
    start();
    LocalPostgres other = new LocalPostgres(folder, OrdinaryUser.choose());
    other.start(line -> {});

    assertThat(other.status()).isEqualTo(postgres.status());
    assertThat(other.status().running()).isTrue();
    String url = other.url().orElseThrow();
    assertThat(LocalPostgres.answers(url.replaceAll("password=.*", "password=wrong"))).isFalse();
    assertThat(other.status().toString()).doesNotContain("password");
  }

  @Test
  @DisplayName("names its log when it cannot start")
  void namesItsLog() throws Exception {
    start();
    postgres.stop();
    Files.writeString(folder.resolve("postgres/data/postgresql.conf"), "no_such_setting = 1\n");

    assertThatThrownBy(this::start)
        .isInstanceOf(StackException.class)
        .hasMessageStartingWith(
            "PostgreSQL failed (start); its log is " + folder.resolve("logs/postgres.log"))
        .hasMessageContaining("unrecognized configuration parameter \"no_such_setting\"");
  }

  @Test
  @DisplayName("refuses the data of another major version instead of touching it")
  void refusesOtherVersion() throws Exception {
    Path data = folder.folder("postgres/data");
    Files.writeString(data.resolve("PG_VERSION"), "16\n");

    assertThatThrownBy(this::start)
        .hasMessage(
            data
                + " was made by PostgreSQL 16, this Shoal brings PostgreSQL 17; export it with the"
                + " older Shoal or move the folder away.");
  }

  private void start() {
    postgres.start(line -> {});
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.url().orElseThrow());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private int number(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.url().orElseThrow());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
