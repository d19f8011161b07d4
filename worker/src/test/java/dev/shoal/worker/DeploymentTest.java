package dev.shoal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.worker.wiring.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** No Docker engine is asked: what can be known without one. The dashboard: SharedWorkTest. */
@DisplayName("The compose file")
class DeploymentTest {

  @Test
  @DisplayName("waits for services, mounts files and volumes that there are")
  void holdsTogether() throws IOException {
    JsonNode compose = Deployment.compose();
    TreeSet<String> services = new TreeSet<>();
    compose.path("services").fieldNames().forEachRemaining(services::add);
    for (JsonNode service : compose.path("services")) {
      service
          .path("depends_on")
          .fieldNames()
          .forEachRemaining(n -> assertThat(services).contains(n));
      for (JsonNode volume : service.path("volumes")) {
        String source = volume.asText().replaceFirst(":.*", "");
        if (source.startsWith("./")) {
          assertThat(Deployment.FOLDER.resolve(source)).exists();
        } else if (!source.startsWith("$")) {
          assertThat(compose.path("volumes").has(source)).as(source).isTrue();
        }
      }
    }
  }

  @Test
  @DisplayName("gives the worker settings that it understands")
  void settings() throws IOException {
    Map<String, String> variables = new HashMap<>();
    Deployment.compose()
        .at("/services/worker/environment")
        .fields()
        .forEachRemaining(e -> variables.put(e.getKey(), e.getValue().asText()));
    Settings settings = Settings.of(Map.of(), variables, Path.of("/state"));
    assertThat(settings.database().user()).isEqualTo("a_worker");
    assertThat(settings.database().url()).isEqualTo("jdbc:postgresql://postgres:5432/shoal");
    assertThat(settings.dataRoots()).contains(Path.of("/models"), Path.of("/corpora"));
    assertThat(settings.metricsAddress())
        .hasValueSatisfying(a -> assertThat(a.getPort()).isEqualTo(9464));
  }

  @Test
  @DisplayName("runs scripts that a shell can read")
  void scripts() throws Exception {
    try (Stream<Path> files = Files.walk(Deployment.FOLDER)) {
      for (Path script : files.filter(f -> f.toString().endsWith(".sh")).toList()) {
        Process shell = new ProcessBuilder("sh", "-n", script.toString()).inheritIO().start();
        assertThat(shell.waitFor()).as(script.toString()).isZero();
      }
    }
  }

  /** A list in a Dockerfile's own JSON. */
  private static List<String> words(String instruction) throws IOException {
    String line =
        Files.readAllLines(Deployment.FOLDER.resolve("Dockerfile")).stream()
            .filter(text -> text.startsWith(instruction + " "))
            .findFirst()
            .orElseThrow();
    return new ObjectMapper()
        .readValue(line.substring(instruction.length()), new TypeReference<List<String>>() {});
  }

  @Test
  @DisplayName("starts images whose command a JVM takes, which copy what a build makes")
  void image() throws Exception {
    List<String> command = new ArrayList<>(words("ENTRYPOINT"));
    int jar = command.indexOf("-jar");
    assertThat(command.subList(jar, command.size()))
        .containsExactly("-jar", "/shoal/worker/target/shoal.jar");
    command.subList(jar, command.size()).clear();
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Shoal.class.getName()));
    command.addAll(words("CMD"));
    command.add("--help");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).contains("Work on runs until SIGTERM");
    assertThat(Files.readString(Deployment.FOLDER.resolve("Dockerfile")))
        .contains("/src/worker/target/shoal.jar /shoal/worker/target/")
        .contains("/src/worker/target/lib /shoal/worker/target/lib");
    assertThat(Files.readString(Path.of("pom.xml"))).contains("<finalName>shoal</finalName>");
  }
}
