package dev.shoal.worker.runs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The digest that names a request's workflow")
class RequestDigestTest {

  private static final String REQUEST =
      """
      model: /m
      tags: [a, b]
      datasets: [{name: law, path: /c, weight: 1.5, use: [train]}, {name: code, path: /d}]
      experts: {width: 0.5, num_experts: 8, router: trained}
      training: {router_tokens: 5e8, lora: {r: 8}, seed: null}
      numerics: {deterministic: false}
      """;

  @TempDir private Path folder;

  private ObjectNode read(String text) throws IOException {
    return RequestFile.read(
        Files.writeString(folder.resolve("request.yaml"), text), List.of(), Map.of());
  }

  private String digest(String text) throws IOException {
    return RequestDigest.of(read(text));
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 1e3",
    "1000, 1000.0",
    "1000, 10.00E+2",
    "1000, 1_000",
    "0.5, 0.50",
    "0.5, 5e-1",
    "0, 0.0",
    "0, -0.0",
    "0, 0e7",
    "18446744073709551616, 18446744073709551616.0",
    "1e400, 10e399"
  })
  @DisplayName("is the same for one number, however it is spelled")
  void spelling(String number, String other) throws IOException {
    assertThat(digest("a: {b: [%s]}".formatted(other)))
        .isEqualTo(digest("a: {b: [%s]}".formatted(number)))
        .matches("[0-9a-f]{8}");
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "1, '\"1\"'", "0.5, 0.51", "1, 10", "1e400, 1e401", "1e-999999999, 1e-9"})
  @DisplayName("is another for another number")
  void otherNumber(String number, String other) throws IOException {
    assertThat(digest("a: %s".formatted(other))).isNotEqualTo(digest("a: %s".formatted(number)));
  }

  @Test
  @DisplayName("does not know the order of fields, white space and whether it was YAML")
  void order() throws IOException {
    assertThat(digest("{\"b\":{\"d\":3,\"c\":2},\"a\":1}"))
        .isEqualTo(digest("a:   1\nb:\n  c: 2\n  d: 3\n"));
    assertThat(digest("tags: [a, b]")).isNotEqualTo(digest("tags: [b, a]"));
  }

  @Test
  @DisplayName("is another for every field that is changed or left out")
  void everyField() throws IOException {
    List<JsonNode> others = others(read(REQUEST));
    Set<String> digests = new HashSet<>(Set.of(digest(REQUEST)));
    others.forEach(other -> digests.add(RequestDigest.of((ObjectNode) other)));
    assertThat(others).hasSize(36);
    assertThat(digests).hasSize(1 + others.size());
  }

  /** The value with one thing in it changed or left out, for each thing in it. */
  private static List<JsonNode> others(JsonNode value) {
    List<JsonNode> all = new ArrayList<>();
    if (value instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        all.add(object.deepCopy().without(field.getKey()));
        others(field.getValue())
            .forEach(other -> all.add(object.deepCopy().set(field.getKey(), other)));
      }
    } else if (value instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        int place = i;
        others(list.get(i))
            .forEach(
                other -> {
                  ArrayNode copy = list.deepCopy();
                  copy.set(place, other);
                  all.add(copy);
                });
      }
    } else {
      all.add(JsonNodeFactory.instance.textNode("other than " + value));
    }
    return all;
  }
}
