package dev.shoal.models.corpus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.ObjLongConsumer;

/** Whole rows of JSON lines or Parquet, each as a JSON object, for what is more than text. */
public final class JsonObjects {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String LINES =
      """
      SELECT json FROM read_json_objects(?, format = 'newline_delimited',
                                         maximum_object_size = %d, hive_partitioning = false)
      """
          .formatted(JsonRows.MAX_LINE);

  private static final String PARQUET =
      "SELECT to_json(row) FROM read_parquet(?, hive_partitioning = false) AS row";

  private JsonObjects() {}

  /**
   * Gives every row, in order, with its number from 1.
   *
   * @param file a regular file of JSON lines, also with .gz or .zst, or Parquet
   * @throws CorpusException where the file is damaged, of another kind, or has a row that is no
   *     object
   */
  public static void forEach(Path file, ObjLongConsumer<ObjectNode> rows) {
    boolean lines = isJsonLines(file);
    Path whole = file.toAbsolutePath().normalize();
    CompressedFile.check(whole);
    try (Connection duckDb = LocalDuckDb.open(whole);
        PreparedStatement statement = duckDb.prepareStatement(lines ? LINES : PARQUET)) {
      statement.setString(1, LocalDuckDb.literal(whole));
      try (ResultSet found = statement.executeQuery()) {
        for (long row = 1; found.next(); row++) {
          rows.accept(object(whole, row, found.getString(1)), row);
        }
      }
    } catch (SQLException e) {
      throw lines ? JsonRows.translate(whole, true, e) : DuckDbFault.translate(whole, "Parquet", e);
    }
  }

  private static boolean isJsonLines(Path file) {
    Optional<CorpusFormat> format = CorpusFormat.of(file);
    if (format.isEmpty()
        || (format.get() != CorpusFormat.JSON_LINES && format.get() != CorpusFormat.PARQUET)) {
      throw new CorpusException(
          file
              + " is neither JSON lines nor Parquet; rows with fields come as .jsonl or .ndjson,"
              + " each also with .gz or .zst, or as .parquet");
    }
    return format.get() == CorpusFormat.JSON_LINES;
  }

  private static ObjectNode object(Path file, long row, String text) {
    try {
      JsonNode node = JSON.readTree(text);
      if (node instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new CorpusException(
          "%s row %d is not valid JSON (%s); correct the row"
              .formatted(file, row, e.getOriginalMessage()),
          e);
    }
    throw new CorpusException(
        "%s row %d is no object; every row must be one, as {\"text\": ...}".formatted(file, row));
  }
}
