package dev.shoal.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What {@code ops/deploy} holds, for tests. */
final class Deployment {

  static final Path FOLDER =
      Path.of("").toAbsolutePath().getParent().resolve("ops").resolve("deploy");

  private static final Pattern METRIC = Pattern.compile("\\b(shoal|temporal|jvm)_\\w+");

  private Deployment() {}

  static JsonNode compose() throws IOException {
    return new YAMLMapper().readTree(FOLDER.resolve("compose.yaml").toFile());
  }

  private static JsonNode dashboard() throws IOException {
    return new ObjectMapper().readTree(FOLDER.resolve("grafana/dashboards/shoal.json").toFile());
  }

  /** Every query of the dashboard to the database. */
  static List<String> queries() throws IOException {
    return dashboard().findValuesAsText("rawSql");
  }

  /** Every metric that the dashboard asks Prometheus for. */
  static Set<String> metrics() throws IOException {
    return dashboard().findValuesAsText("expr").stream()
        .flatMap(expression -> METRIC.matcher(expression).results())
        .map(MatchResult::group)
        .collect(Collectors.toSet());
  }
}
