package dev.shoal.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Canonical JSON")
class CanonicalJsonTest {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int TREES = 2_000;
  private static final List<String> NAMES =
      List.of("", "a", "b", "aa", "B", "\u00e4", "\"\n\u0001");

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private static String text(JsonNode value) {
    return new String(CanonicalJson.bytes(value), StandardCharsets.UTF_8);
  }

  @Test
  @DisplayName("is one spelling of a value, whatever the order of its fields")
  void order() throws IOException {
    for (int seed = 0; seed < TREES; seed++) {
      JsonNode value = value(new Random(seed), 4);
      String canonical = text(value);
      assertThat(text(shuffled(value, new Random(seed)))).isEqualTo(canonical);
      assertThat(text(JSON.readTree(value.toPrettyString()))).isEqualTo(canonical);
      assertThat(text(JSON.readTree(canonical))).as("seed %d", seed).isEqualTo(canonical);
    }
  }

  @Test
  @DisplayName("is the same for no two values: not for another leaf, order of a list, or nesting")
  void difference() {
    for (int seed = 0; seed < TREES; seed++) {
      JsonNode one = value(new Random(seed), 3);
      JsonNode other = value(new Random(seed + 1), 3);
      assertThat(text(one).equals(text(other))).as("seed %d", seed).isEqualTo(one.equals(other));
      assertThat(text(changed(one, new Random(seed)))).as("seed %d", seed).isNotEqualTo(text(one));
    }
  }

  @Test
  @DisplayName("says numbers of any size, but not those that JSON cannot say")
  void numbers() {
    assertThat(text(DecimalNode.valueOf(new BigDecimal("1e400")))).isEqualTo("1E+400");
    assertThat(text(DecimalNode.valueOf(new BigDecimal("1e-999999999")))).isEqualTo("1E-999999999");
    assertThat(text(IntNode.valueOf(1))).isNotEqualTo(text(DoubleNode.valueOf(1)));
    assertThatThrownBy(() -> text(DoubleNode.valueOf(Double.NaN)))
        .hasMessage("JSON cannot say \"NaN\"");
    assertThatThrownBy(() -> text(NODES.numberNode(Float.POSITIVE_INFINITY)))
        .hasMessage("JSON cannot say \"Infinity\"");
  }

  /** Another value that differs in one place, however deep. */
  private static JsonNode changed(JsonNode value, Random random) {
    if (value.isContainerNode() && !value.isEmpty()) {
      int place = random.nextInt(value.size());
      if (value instanceof ArrayNode list) {
        ArrayNode copy = list.deepCopy();
        copy.set(place, changed(list.get(place), random));
        return copy;
      }
      ObjectNode copy = value.deepCopy();
      String name = new ArrayList<>(value.properties()).get(place).getKey();
      return copy.set(name, changed(value.get(name), random));
    }
    return NODES.arrayNode().add(value);
  }

  private static JsonNode shuffled(JsonNode value, Random random) {
    if (value.isArray()) {
      ArrayNode list = NODES.arrayNode();
      value.forEach(element -> list.add(shuffled(element, random)));
      return list;
    }
    if (value.isObject()) {
      List<String> names = new ArrayList<>();
      value.fieldNames().forEachRemaining(names::add);
      Collections.shuffle(names, random);
      ObjectNode object = NODES.objectNode();
      names.forEach(name -> object.set(name, shuffled(value.get(name), random)));
      return object;
    }
    return value;
  }

  private static JsonNode value(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 5 : 8)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2 -> NODES.numberNode(random.nextInt(5) - 2);
      case 3 -> NODES.numberNode(BigDecimal.valueOf(2 * random.nextInt(50) + 1, 2));
      case 4 -> NODES.textNode(name(random));
      case 5 -> list(random, depth - 1);
      default -> object(random, depth - 1);
    };
  }

  private static ArrayNode list(Random random, int depth) {
    ArrayNode list = NODES.arrayNode();
    for (int i = random.nextInt(4); i > 0; i--) {
      list.add(value(random, depth));
    }
    return list;
  }

  private static ObjectNode object(Random random, int depth) {
    ObjectNode object = NODES.objectNode();
    for (int i = random.nextInt(6); i > 0; i--) {
      object.set(name(random), value(random, depth));
    }
    return object;
  }

  private static String name(Random random) {
    return NAMES.get(random.nextInt(NAMES.size()));
  }
}
