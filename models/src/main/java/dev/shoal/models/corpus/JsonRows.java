package dev.shoal.models.corpus;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** The text field of each object of a JSON file. Every row must be an object that has it. */
final class JsonRows {

  /** Longest line, in bytes; DuckDB sets aside twice as much memory. */
  static final int MAX_LINE = 64 << 20;

  private static final String QUERY =
      """
      SELECT json_type(json), json_type(json, ?), json_extract_string(json, ?),
             CASE WHEN json_type(json, ?) IS NULL AND json_type(json) = 'OBJECT'
                  THEN array_to_string(json_keys(json), chr(10)) END
      FROM read_json_objects(?, format = '%s', maximum_object_size = %d,
                             hive_partitioning = false)
      """;

  private final Path file;
  private final String field;

  private JsonRows(Path file, String field) {
    this.file = file;
    this.field = field;
  }

  static void forEach(Path file, String field, Consumer<String> texts) {
    CompressedFile.check(file);
    if (CorpusFormat.of(file).orElseThrow() == CorpusFormat.JSON) {
      JsonFault.requireWhole(file);
    }
    new JsonRows(file, field).read(texts);
  }

  private void read(Consumer<String> texts) {
    boolean lines = CorpusFormat.of(file).orElseThrow() == CorpusFormat.JSON_LINES;
    String query = QUERY.formatted(lines ? "newline_delimited" : "auto", MAX_LINE);
    try (Connection duckDb = LocalDuckDb.open(file);
        PreparedStatement statement = duckDb.prepareStatement(query)) {
      String pointer = "/" + field.replace("~", "~0").replace("/", "~1");
      for (int i = 1; i <= 3; i++) {
        statement.setString(i, pointer);
      }
      statement.setString(4, LocalDuckDb.literal(file));
      try (ResultSet rows = statement.executeQuery()) {
        for (long row = 1; rows.next(); row++) {
          String text = text(rows, row);
          if (text != null) {
            texts.accept(text);
          }
        }
      }
    } catch (SQLException e) {
      throw translate(file, lines, e);
    }
  }

  private String text(ResultSet rows, long row) throws SQLException {
    String rowType = rows.getString(1);
    String type = rows.getString(2);
    if ("VARCHAR".equals(type)) {
      return rows.getString(3);
    }
    if ("NULL".equals(type)) {
      return null;
    }
    if (!"OBJECT".equals(rowType)) {
      throw new CorpusException(
          "%s row %d is %s, expected an object with field '%s'"
              .formatted(file, row, word(rowType), field));
    }
    if (type == null) {
      List<String> names = Arrays.asList(rows.getString(4).split("\n", -1));
      throw new CorpusException(
          "%s row %d has no field '%s', but %s; set text_field"
              .formatted(file, row, field, NearestNames.list(field, names)));
    }
    throw new CorpusException(
        "%s row %d: field '%s' is %s, expected a string; set text_field"
            .formatted(file, row, field, word(type)));
  }

  private static String word(String type) {
    return switch (type) {
      case "VARCHAR" -> "a string";
      case "OBJECT" -> "an object";
      case "ARRAY" -> "an array";
      case "BOOLEAN" -> "true or false";
      case "NULL" -> "null";
      default -> "a number";
    };
  }

  /** What DuckDB said about a JSON file, in one sentence. */
  static CorpusException translate(Path file, boolean lines, SQLException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("maximum_object_size")) {
      return new CorpusException(
          file + " has a row longer than " + (MAX_LINE >> 20) + " MiB; split its documents", e);
    }
    String fault = lines ? JsonFault.find(file) : null;
    if (fault != null) {
      return new CorpusException(file + " " + fault, e);
    }
    return DuckDbFault.translate(file, "JSON", e);
  }
}
