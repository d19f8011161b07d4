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

  /** A new database with the current schema. */
  static Database migrated() {
    Database database = Database.open(emptyDatabase());
    database.migrate();
    return database;
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
