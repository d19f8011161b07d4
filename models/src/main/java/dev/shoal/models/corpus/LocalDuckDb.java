package dev.shoal.models.corpus;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * DuckDB in memory, shut in: it loads no extensions from outside, reads no stored secrets, keeps no
 * temporary files, and its settings are locked. JSON, Parquet, gzip and zstd are built in.
 */
final class LocalDuckDb {

  private LocalDuckDb() {}

  /** Opens a database that can read one file and nothing else, in the order of its rows. */
  static Connection open(Path file) throws SQLException {
    Properties settings = new Properties();
    settings.setProperty("jdbc_stream_results", "true");
    settings.setProperty("threads", "1");
    settings.setProperty("preserve_insertion_order", "true");
    settings.setProperty("autoinstall_known_extensions", "false");
    settings.setProperty("autoload_known_extensions", "false");
    settings.setProperty("allow_community_extensions", "false");
    settings.setProperty("allow_persistent_secrets", "false");
    settings.setProperty("temp_directory", "");
    Connection connection = DriverManager.getConnection("jdbc:duckdb:", settings);
    try (var statement = connection.createStatement()) {
      statement.execute(
          "SET allowed_paths = [%s, %s]".formatted(quoted(file.toString()), quoted(literal(file))));
      statement.execute("SET enable_external_access = false");
      statement.execute("SET lock_configuration = true");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** The path as DuckDB's own globs read it: every special character stands for itself. */
  static String literal(Path file) {
    return file.toString().replaceAll("[\\[*?]", "[$0]");
  }
}
