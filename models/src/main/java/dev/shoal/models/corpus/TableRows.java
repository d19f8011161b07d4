package dev.shoal.models.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The text column of a table: CSV, TSV or Parquet. */
final class TableRows {

  private static final String CSV =
      """
      read_csv(?, header = true, all_varchar = true, delim = '%s', quote = '"', escape = '"',
               comment = '', skip = 0, max_line_size = 67108864, parallel = false,
               hive_partitioning = false)
      """;

  private final Path file;
  private final String field;
  private final CorpusFormat format;

  private TableRows(Path file, String field) {
    this.file = file;
    this.field = field;
    this.format = CorpusFormat.of(file).orElseThrow();
  }

  static void forEach(Path file, String field, Consumer<String> texts) {
    CompressedFile.check(file);
    try {
      if (Files.size(file) > 0 || file.toString().endsWith(".parquet")) {
        new TableRows(file, field).read(texts);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(Consumer<String> texts) {
    try (Connection duckDb = LocalDuckDb.open(file)) {
      requireText(columns(duckDb));
      String column = "\"" + field.replace("\"", "\"\"") + "\"";
      try (PreparedStatement statement = prepare(duckDb, "SELECT " + column + " FROM ");
          ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          String text = rows.getString(1);
          if (text != null) {
            texts.accept(text);
          }
        }
      }
    } catch (SQLException e) {
      throw DuckDbFault.translate(file, format == CorpusFormat.PARQUET ? "Parquet" : "CSV", e);
    }
  }

  private PreparedStatement prepare(Connection duckDb, String select) throws SQLException {
    String table =
        switch (format) {
          case PARQUET -> "read_parquet(?, hive_partitioning = false)";
          case TSV -> CSV.formatted("\t");
          default -> CSV.formatted(",");
        };
    PreparedStatement statement = duckDb.prepareStatement(select + table);
    statement.setString(1, LocalDuckDb.literal(file));
    return statement;
  }

  private Map<String, String> columns(Connection duckDb) throws SQLException {
    Map<String, String> types = new LinkedHashMap<>();
    try (PreparedStatement statement = prepare(duckDb, "DESCRIBE SELECT * FROM ");
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        types.put(rows.getString(1), rows.getString(2));
      }
    }
    return types;
  }

  private void requireText(Map<String, String> types) {
    String type = types.get(field);
    if (type == null) {
      throw new CorpusException(
          "%s has no column '%s', but %s; set text_field"
              .formatted(file, field, NearestNames.list(field, types.keySet())));
    }
    if (!type.equals("VARCHAR") && !type.startsWith("ENUM")) {
      throw new CorpusException(
          "%s: column '%s' is %s, expected text; set text_field".formatted(file, field, type));
    }
  }
}
