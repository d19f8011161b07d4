package dev.shoal.activities;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Writes one JSON value in one of its many spellings. */
final class Spelling {

  private static final List<String> SPACES = List.of("", "", " ", "\n", "\t  ");

  private final Random random;

  Spelling(long seed) {
    this.random = new Random(seed);
  }

  String of(JsonNode value) {
    if (value.isObject()) {
      List<String> fields = new ArrayList<>();
      value
          .fields()
          .forEachRemaining(
              f -> fields.add(TextNode.valueOf(f.getKey()) + space() + ":" + of(f.getValue())));
      Collections.shuffle(fields, random);
      return space() + "{" + String.join(",", fields) + space() + "}";
    }
    if (value.isArray()) {
      List<String> elements = new ArrayList<>();
      value.forEach(element -> elements.add(of(element)));
      return space() + "[" + String.join(",", elements) + "]" + space();
    }
    return space() + (value.isNumber() ? number(value.decimalValue()) : value) + space();
  }

  private String space() {
    return SPACES.get(random.nextInt(SPACES.size()));
  }

  private String number(BigDecimal value) {
    int digits = random.nextInt(7);
    return switch (random.nextInt(4)) {
      case 0 -> value.toPlainString();
      case 1 -> value.setScale(Math.max(value.scale(), 0) + digits).toPlainString();
      case 2 -> value.scaleByPowerOfTen(-digits).toPlainString() + "e" + digits;
      default -> value.scaleByPowerOfTen(digits).toPlainString() + "E-" + digits;
    };
  }
}
