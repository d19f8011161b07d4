package dev.shoal.worker.wiring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** {@code shoal.yaml}: the same settings as the environment variables, in a file. */
final class SettingsFile {

  private static final String NAME = "shoal.yaml";

  /** Each key and the variable it stands for. */
  private static final Map<String, String> KEYS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("database_url", "SHOAL_DATABASE_URL"),
              Map.entry("database_user", "SHOAL_DATABASE_USER"),
              Map.entry("database_password", "SHOAL_DATABASE_PASSWORD"),
              Map.entry("database_password_file", "SHOAL_DATABASE_PASSWORD_FILE"),
              Map.entry("payload_keys_file", "SHOAL_PAYLOAD_KEYS_FILE"),
              Map.entry("artifacts", "SHOAL_ARTIFACTS"),
              Map.entry("data_roots", "SHOAL_DATA_ROOTS"),
              Map.entry("devices", "SHOAL_DEVICES"),
              Map.entry("openlineage_file", "SHOAL_OPENLINEAGE_FILE"),
              Map.entry("openlineage_url", "SHOAL_OPENLINEAGE_URL"),
              Map.entry("openlineage_url_file", "SHOAL_OPENLINEAGE_URL_FILE"),
              Map.entry("webhook_url", "SHOAL_WEBHOOK_URL"),
              Map.entry("webhook_url_file", "SHOAL_WEBHOOK_URL_FILE"),
              Map.entry("mlflow_url", "SHOAL_MLFLOW_URL"),
              Map.entry("mlflow_url_file", "SHOAL_MLFLOW_URL_FILE"),
              Map.entry("mlflow_experiment", "MLFLOW_EXPERIMENT_NAME"),
              Map.entry("mlflow_token_file", "MLFLOW_TRACKING_TOKEN_FILE"),
              Map.entry("temporal_address", "TEMPORAL_ADDRESS"),
              Map.entry("temporal_namespace", "TEMPORAL_NAMESPACE"),
              Map.entry("temporal_profile", "TEMPORAL_PROFILE"),
              Map.entry("temporal_ui_url", "TEMPORAL_UI_URL")));

  private static final List<String> PATHS = List.of("artifacts", "data_roots", "openlineage_file");
  private static final List<String> LISTS = List.of("data_roots", "devices");

  private SettingsFile() {}

  /** The variables in the current folder's file, else in that of Shoal's home; maybe none. */
  static Map<String, String> find(Path home, Path folder) {
    return Stream.of(folder, home)
        .map(place -> place.resolve(NAME))
        .filter(Files::isRegularFile)
        .findFirst()
        .map(SettingsFile::read)
        .orElse(Map.of());
  }

  private static Map<String, String> read(Path file) {
    JsonNode tree = parse(file);
    Map<String, String> variables = new HashMap<>();
    tree.properties()
        .forEach(
            entry -> {
              String key = entry.getKey();
              if (!KEYS.containsKey(key)) {
                throw unknown(file, key);
              }
              variables.put(KEYS.get(key), value(file, key, entry.getValue()));
            });
    return SecretFiles.resolve(variables, file.toAbsolutePath().getParent());
  }

  private static JsonNode parse(Path file) {
    YAMLMapper yaml =
        YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    try {
      JsonNode tree = yaml.readTree(Files.readString(file));
      if (tree.isObject() || tree.isMissingNode() || tree.isNull()) {
        return tree;
      }
      throw UserError.wrongUse(file + " must hold settings as `key: value`, one a line.");
    } catch (JsonProcessingException e) {
      // The message of the parser quotes the file, which may hold a password.
      throw UserError.wrongUse(
          "%s is not YAML; look at line %d.".formatted(file, e.getLocation().getLineNr()));
    } catch (IOException e) {
      throw UserError.wrongUse(file + " cannot be read; correct its rights.");
    }
  }

  /** A relative path means the folder of the file that says it. */
  private static String value(Path file, String key, JsonNode value) {
    if (!value.isValueNode() && !(value.isArray() && LISTS.contains(key))) {
      throw UserError.wrongUse("%s: %s must be a single value.".formatted(file, key));
    }
    if (!PATHS.contains(key)) {
      return value.isArray() ? joined(value, ",") : value.asText();
    }
    Stream<String> paths =
        value.isArray()
            ? StreamSupport.stream(value.spliterator(), false).map(JsonNode::asText)
            : Stream.of(value.asText().split(File.pathSeparator));
    Path folder = file.toAbsolutePath().getParent();
    return paths
        .map(path -> folder.resolve(path).toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String joined(JsonNode list, String separator) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(JsonNode::asText)
        .collect(Collectors.joining(separator));
  }

  private static UserError unknown(Path file, String key) {
    String nearest =
        KEYS.keySet().stream()
            .min(
                Comparator.comparing(
                    known -> LevenshteinDistance.getDefaultInstance().apply(known, key)))
            .orElseThrow();
    return UserError.wrongUse(
        "%s: unknown key %s; did you mean %s? Known are %s."
            .formatted(file, key, nearest, String.join(", ", KEYS.keySet())));
  }
}
