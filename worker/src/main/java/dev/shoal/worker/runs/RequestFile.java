package dev.shoal.worker.runs;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.shoal.worker.wiring.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A request as it lies on disk, made ready to be sent: settings of the command line laid over it,
 * {@code ${NAME}} replaced by environment variables, relative paths resolved against its folder.
 * JSON is YAML, so both are read the same way.
 */
public final class RequestFile {

  private static final ObjectMapper YAML =
      YAMLMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private RequestFile() {}

  /**
   * Reads a request.
   *
   * @param file YAML or JSON
   * @param assignments {@code a.b=value}, later ones win; values are YAML
   * @param variables for {@code ${NAME}}
   * @throws UserError naming file and place
   */
  public static ObjectNode read(
      Path file, List<String> assignments, Map<String, String> variables) {
    ObjectNode request = parse(file);
    assign(request, assignments);
    new VariableExpansion(file.getFileName().toString(), variables).expand(request);
    new RequestPaths(file.toAbsolutePath().getParent()).resolve(request);
    return request;
  }

  /**
   * Lays settings of the command line over a request.
   *
   * @param assignments {@code a.b=value}, later ones win; values are YAML
   * @throws UserError naming the assignment
   */
  public static void assign(ObjectNode request, List<String> assignments) {
    assignments.forEach(assignment -> assign(request, assignment));
  }

  private static ObjectNode parse(Path file) {
    try {
      JsonNode tree = YAML.readTree(Files.readString(file));
      if (tree instanceof ObjectNode request) {
        return request;
      }
      throw UserError.wrongUse(
          "%s holds no request; it must be an object with model and datasets, or with base and variations."
              .formatted(file));
    } catch (JsonProcessingException e) {
      throw UserError.wrongUse("%s: %s.".formatted(file, describe(e)));
    } catch (IOException e) {
      throw UserError.wrongUse("%s cannot be read; correct the path.".formatted(file));
    }
  }

  /** The parser's first sentence and the place; the rest quotes the file. */
  private static String describe(JsonProcessingException e) {
    String problem =
        e.getOriginalMessage()
            .lines()
            .filter(line -> !line.startsWith(" ") && !line.isBlank())
            .reduce((first, second) -> second)
            .orElse("is not YAML");
    JsonLocation place = e.getLocation();
    return place == null
        ? problem
        : "line %d, column %d: %s".formatted(place.getLineNr(), place.getColumnNr(), problem);
  }

  private static void assign(ObjectNode request, String assignment) {
    int equals = assignment.indexOf('=');
    String path = equals < 0 ? "" : assignment.substring(0, equals).strip();
    if (!path.matches("\\w+(\\.\\w+)*")) {
      throw UserError.wrongUse(
          "--set %s: expected FIELD=VALUE, such as training.expert_tokens=1e6"
              .formatted(assignment));
    }
    List<String> names = List.of(path.split("\\."));
    ObjectNode at = request;
    for (String name : names.subList(0, names.size() - 1)) {
      JsonNode below = at.get(name);
      if (below != null && !below.isNull() && !below.isObject()) {
        throw UserError.wrongUse(
            "--set %s: %s is %s in the request, not an object".formatted(assignment, name, below));
      }
      at = below instanceof ObjectNode object ? object : at.putObject(name);
    }
    at.set(names.get(names.size() - 1), value(assignment, assignment.substring(equals + 1)));
  }

  private static JsonNode value(String assignment, String text) {
    try {
      JsonNode value = YAML.readTree(text);
      return value.isMissingNode() ? YAML.getNodeFactory().textNode("") : value;
    } catch (JsonProcessingException e) {
      throw UserError.wrongUse("--set %s: the value is not YAML".formatted(assignment));
    }
  }
}
