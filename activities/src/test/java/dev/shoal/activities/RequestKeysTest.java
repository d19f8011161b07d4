package dev.shoal.activities;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.workflows.request.InvalidRequestException;
import dev.shoal.workflows.request.RequestReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The keys of a request's stages")
class RequestKeysTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int REQUESTS = 300;

  /** Only one is possible, or only with others; a key's device is StageKeyTest's. */
  private static final Set<String> UNCHANGED =
      Set.of("/version", "/experts/start", "/numerics/device");

  /** Another value of a field, and the stages that it gives another key. */
  private record Change(JsonPointer field, JsonNode value, Set<String> stages) {

    /** A line is FIELD | VALUE | STAGES. */
    static Change of(String line) {
      String[] cells = line.split("\\|", -1);
      Set<String> stages = new TreeSet<>(List.of(cells[2].strip().split(", ")));
      stages.remove("none");
      return new Change(JsonPointer.compile(cells[0].strip()), json(cells[1]), stages);
    }

    void apply(ObjectNode request) {
      JsonNode parent = request.at(field.head());
      if (parent instanceof ArrayNode list) {
        list.set(field.last().getMatchingIndex(), value);
      } else {
        ((ObjectNode) parent).set(field.last().getMatchingProperty(), value);
      }
    }
  }

  private static List<Change> changes() {
    return resource("request-keys.txt").lines().map(Change::of).toList();
  }

  /** Every field, each with a value that none of the changes has. */
  private static ObjectNode everyField() {
    return (ObjectNode) json(resource("request-keys.json"));
  }

  private static String resource(String name) {
    try (InputStream bytes = RequestKeysTest.class.getResourceAsStream(name)) {
      return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> keys(String request) {
    return RequestKeys.of(RequestReader.read(request, folder -> List.of()));
  }

  private static Set<String> changed(Map<String, String> before, Map<String, String> after) {
    Set<String> stages = new TreeSet<>(before.keySet());
    stages.addAll(after.keySet());
    stages.removeIf(s -> before.getOrDefault(s, "").equals(after.getOrDefault(s, "")));
    return stages;
  }

  @Test
  @DisplayName("change with each field that matters to a stage, and with no other")
  void eachField() {
    Map<String, String> before = keys(everyField().toString());
    for (Change change : changes()) {
      ObjectNode request = everyField();
      change.apply(request);
      assertThat(changed(before, keys(request.toString())))
          .as("%s: %s", change.field(), change.value())
          .isEqualTo(change.stages());
    }
  }

  @Test
  @DisplayName("are tried with every field of a request")
  void complete() throws IOException {
    Set<String> tried = new HashSet<>(UNCHANGED);
    changes().forEach(change -> tried.add(change.field().toString()));
    JsonNode resolved =
        JSON.valueToTree(RequestReader.read(everyField().toString(), folder -> List.of()));
    List<String> fields = new ArrayList<>();
    leaves("", resolved, fields);
    fields.removeIf(field -> field.matches("/datasets/[12]/.*|/export/formats/0"));
    assertThat(tried).containsExactlyInAnyOrderElementsOf(fields);
  }

  private static void leaves(String place, JsonNode value, List<String> into) {
    value.fields().forEachRemaining(f -> leaves(place + "/" + f.getKey(), f.getValue(), into));
    for (int i = 0; value.isArray() && i < value.size(); i++) {
      leaves(place + "/" + i, value.get(i), into);
    }
    if (value.isValueNode()) {
      into.add(place);
    }
  }

  @Test
  @DisplayName("know of experts by tokens how many there are, how they are chosen and begun")
  void byTokens() {
    ObjectNode request = everyField();
    ((ObjectNode) request.get("experts")).put("by", "tokens").put("router", "fitted");
    Map<String, String> before = keys(request.toString());
    for (String change :
        List.of(
            "/experts/num_experts | 3|",
            "/experts/experts_per_token | 2|",
            "/experts/fit | {\"steps\": 10, \"learning_rate\": 0.002}|",
            "/experts/start | \"groups\"|")) {
      ObjectNode other = request.deepCopy();
      Change.of(change).apply(other);
      assertThat(changed(before, keys(other.toString()))).as(change).contains("build experts");
    }
  }

  @Test
  @DisplayName("are the same for one request in all its spellings, and others for another request")
  void spellings() {
    Map<JsonNode, Map<String, String>> met = new HashMap<>();
    Map<Map<String, String>, JsonNode> owners = new HashMap<>();
    for (int seed = 0; seed < REQUESTS; seed++) {
      ObjectNode request = anyRequest(new Random(seed));
      try {
        Map<String, String> keys = keys(request.toString());
        assertThat(keys(new Spelling(seed).of(request))).as("seed %d", seed).isEqualTo(keys);
        assertThat(met.getOrDefault(request, keys)).isEqualTo(keys);
        met.put(request, keys);
        request.remove("checkpoint"); // the only part that no key knows
        assertThat(owners.getOrDefault(keys, request)).as("seed %d", seed).isEqualTo(request);
        owners.put(keys, request);
      } catch (InvalidRequestException none) {
        // changes that contradict each other
      }
    }
    assertThat(owners).hasSizeGreaterThan(REQUESTS / 3);
  }

  /** One to three of the changes at once. */
  private static ObjectNode anyRequest(Random random) {
    List<Change> changes = changes();
    ObjectNode request = everyField();
    for (int i = random.nextInt(3); i >= 0; i--) {
      changes.get(random.nextInt(changes.size())).apply(request);
    }
    return request;
  }
}
