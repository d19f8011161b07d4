package dev.shoal.models.sample;

import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Orders, customers and sensors as JSON; totals, addresses and limits agree with their parts. */
final class JsonRecords implements SampleDomain {

  private static final List<String> FIRST_NAMES =
      List.of("Ada", "Ben", "Clara", "David", "Elif", "Farid", "Grace", "Hugo", "Ines", "Jonas");
  private static final List<String> CITIES =
      List.of("Berlin", "Lisbon", "Oslo", "Madrid", "Vienna", "Dublin", "Athens", "Prague");
  private static final List<String> COUNTRIES =
      List.of("DE", "PT", "NO", "ES", "AT", "IE", "GR", "CZ");
  private static final List<String> PRODUCTS =
      List.of("lamp", "chair", "desk", "monitor", "keyboard", "shelf", "cable", "notebook");
  private static final List<String> QUANTITIES =
      List.of("temperature", "pressure", "humidity", "voltage");
  private static final List<String> UNITS = List.of("celsius", "hpa", "percent", "volt");
  private static final List<Integer> LIMITS = List.of(40, 1100, 90, 250);

  @Override
  public String name() {
    return "json";
  }

  @Override
  public String document(RandomGenerator random) {
    Dice dice = new Dice(random);
    return switch (dice.between(0, 2)) {
      case 0 -> order(dice);
      case 1 -> customers(dice);
      default -> sensor(dice);
    };
  }

  private static String order(Dice dice) {
    StringBuilder text = new StringBuilder();
    text.append("{\n  \"type\": \"order\",\n  \"id\": \"ord-").append(dice.hex(4));
    text.append("\",\n  \"customer\": \"cus-").append(dice.hex(4)).append("\",\n  \"items\": [\n");
    int sum = 0;
    int items = dice.between(2, 5);
    for (int i = 1; i <= items; i++) {
      int quantity = dice.between(1, 5);
      int price = dice.between(1, 9) * 5;
      sum += quantity * price;
      text.append("    {\"product\": \"").append(dice.usual(PRODUCTS)).append("\", \"quantity\": ");
      text.append(quantity).append(", \"price\": ").append(price).append(", \"total\": ");
      text.append(quantity * price).append(i < items ? "},\n" : "}\n");
    }
    text.append("  ],\n  \"sum\": ").append(sum).append(",\n  \"paid\": ");
    return text.append(dice.onceIn(3) ? "false" : "true").append("\n}\n").toString();
  }

  private static String customers(Dice dice) {
    StringBuilder text = new StringBuilder("[\n");
    int customers = dice.between(2, 4);
    for (int i = 1; i <= customers; i++) {
      int city = dice.between(0, CITIES.size() - 1);
      String first = dice.usual(FIRST_NAMES);
      String last = dice.surname();
      String mail = (first + "." + last).toLowerCase(Locale.ROOT) + "@example.org";
      text.append("  {\n    \"type\": \"customer\",\n    \"id\": \"cus-").append(dice.hex(4));
      text.append("\",\n    \"name\": \"").append(first).append(' ').append(last);
      text.append("\",\n    \"email\": \"").append(mail);
      text.append("\",\n    \"city\": \"").append(CITIES.get(city));
      text.append("\",\n    \"country\": \"").append(COUNTRIES.get(city));
      text.append("\",\n    \"active\": ").append(dice.onceIn(4) ? "false" : "true");
      text.append(i < customers ? "\n  },\n" : "\n  }\n");
    }
    return text.append("]\n").toString();
  }

  private static String sensor(Dice dice) {
    int kind = dice.between(0, QUANTITIES.size() - 1);
    int limit = LIMITS.get(kind);
    StringBuilder text = new StringBuilder("{\n  \"type\": \"sensor\",\n  \"id\": \"sen-");
    text.append(dice.hex(4)).append("\",\n  \"quantity\": \"").append(QUANTITIES.get(kind));
    text.append("\",\n  \"unit\": \"").append(UNITS.get(kind));
    text.append("\",\n  \"limit\": ").append(limit).append(",\n  \"readings\": [\n");
    int readings = dice.between(3, 7);
    int minute = dice.between(0, 9);
    int value = limit - dice.between(2, 12);
    for (int i = 1; i <= readings; i++) {
      text.append("    {\"minute\": ").append(minute).append(", \"value\": ").append(value);
      text.append(", \"alarm\": ").append(value > limit).append(i < readings ? "},\n" : "}\n");
      minute += 5;
      value += dice.between(-2, 4);
    }
    return text.append("  ]\n}\n").toString();
  }
}
