package dev.shoal.migrations;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** One PostgreSQL server for all tests; each test class asks for a database of its own. */
final class TestServer {

  private static final AtomicInteger NAMES = new AtomicInteger();

  private TestServer() {}

  /**
   * A new database with the current schema, opened by a worker's login: what the stores do, they
   * can do without owning anything.
   */
  static Database migrated() {
    return Database.open(worker(migratedDatabase()));
  }

  /** A new database with the current schema, as its owner. */
  static DatabaseSettings migratedDatabase() {
    DatabaseSettings owner = emptyDatabase();
    try (Database database = Database.open(owner)) {
      database.migrate();
    }
    return owner;
  }

  /**
   * The same database for a new login that is a member of {@code shoal_worker} and nothing else.
   */
  static DatabaseSettings worker(DatabaseSettings owner) {
    return login(owner, "worker");
  }

  /**
   * The same database for a new login that is a member of {@code shoal_reader} and nothing else.
   */
  static DatabaseSettings reader(DatabaseSettings owner) {
    return login(owner, "reader");
  }

  private static DatabaseSettings login(DatabaseSettings owner, String role) {
    String name = "a_%s_%d".formatted(role, NAMES.incrementAndGet());
    execute(owner, "create role %s login password 'p' in role shoal_%s".formatted(name, role));
    return new DatabaseSettings(owner.url(), name, "p");
  }

  /** A new database with nothing in it. */
  static DatabaseSettings emptyDatabase() {
    String name = "test_" + NAMES.incrementAndGet();
    execute(settings("postgres"), "create database " + name);
    return settings(name);
  }

  static DatabaseSettings settings(String database) {
    return new DatabaseSettings(
        "jdbc:postgresql://localhost:%d/%s".formatted(Holder.SERVER.getPort(), database),
        "postgres",
        "postgres");
  }

  static void execute(DatabaseSettings settings, String sql) {
    try (Connection connection = connect(settings);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** The first column of a query. */
  static List<String> query(DatabaseSettings settings, String sql) {
    List<String> values = new ArrayList<>();
    try (Connection connection = connect(settings);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private static Connection connect(DatabaseSettings settings) throws SQLException {
    return DriverManager.getConnection(settings.url(), settings.user(), settings.password());
  }

  private static final class Holder {
    static final EmbeddedPostgres SERVER = start();

    private static EmbeddedPostgres start() {
      try {
        return EmbeddedPostgres.builder().start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
