package dev.shoal.models.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What lm-evaluation-harness made of small tasks; {@code make_task_fixtures.py} writes it. */
final class HarnessFixture {

  static final Path SAMPLE = Path.of("..", "ops", "sample", "model");

  private HarnessFixture() {}

  static Path path(String name) {
    try {
      return Path.of(HarnessFixture.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static JsonNode read(String part) {
    try {
      return new ObjectMapper().readTree(path("harness.json").toFile()).get(part);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<Integer> integers(JsonNode list) {
    List<Integer> values = new ArrayList<>();
    list.forEach(value -> values.add(value.intValue()));
    return values;
  }
}
