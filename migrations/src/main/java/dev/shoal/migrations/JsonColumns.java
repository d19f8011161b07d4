package dev.shoal.migrations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.Type;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.generic.GenericType;
import org.jdbi.v3.core.spi.JdbiPlugin;
import org.postgresql.util.PGobject;

/** How {@code jsonb} travels: as {@link JsonNode}, and as the few records kept inside one. */
final class JsonColumns implements JdbiPlugin {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The escape after an even number of backslashes; after an odd number it is other text. */
  private static final Pattern ESCAPED_NUL = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000");

  private static final GenericType<List<Checkpoint>> CHECKPOINTS = new GenericType<>() {};

  @Override
  public void customizeJdbi(Jdbi jdbi) {
    jdbi.registerArgument(JsonColumns::argument);
    jdbi.registerColumnMapper(
        JsonNode.class, (row, column, context) -> parse(row.getString(column)));
    jdbi.registerColumnMapper(
        CHECKPOINTS, (row, column, context) -> checkpoints(parse(row.getString(column))));
  }

  /** A list of records or maps as JSON. */
  static JsonNode toJson(Object value) {
    return JSON.valueToTree(value);
  }

  /** PostgreSQL refuses the character NUL, which messages about damaged files may well hold. */
  private static String storable(String json) {
    return ESCAPED_NUL.matcher(json).replaceAll("$1\\\\ufffd");
  }

  private static List<Checkpoint> checkpoints(JsonNode list) {
    return List.of(JSON.convertValue(list, Checkpoint[].class));
  }

  private static JsonNode parse(String text) throws SQLException {
    try {
      return text == null ? null : JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new SQLException("a jsonb column holds no JSON", e);
    }
  }

  /** Sends a node as {@code jsonb}; PostgreSQL would take a plain string for {@code text}. */
  private static Optional<Argument> argument(Type type, Object value, ConfigRegistry config) {
    boolean isNode = type instanceof Class<?> found && JsonNode.class.isAssignableFrom(found);
    if (!isNode && !(value instanceof JsonNode)) {
      return Optional.empty();
    }
    return Optional.of(
        (position, statement, context) -> {
          PGobject json = new PGobject();
          json.setType("jsonb");
          json.setValue(value == null ? null : storable(value.toString()));
          statement.setObject(position, json);
        });
  }
}
