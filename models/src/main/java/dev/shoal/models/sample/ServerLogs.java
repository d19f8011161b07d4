package dev.shoal.models.sample;

import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Lines of a web service: time only moves forward, and an answer carries its request's number. */
final class ServerLogs implements SampleDomain {

  private static final List<String> PATHS =
      List.of("/orders", "/login", "/users", "/search", "/cart", "/health", "/images", "/reports");
  private static final List<String> METHODS = List.of("GET", "POST", "PUT", "DELETE");
  private static final List<String> TROUBLES =
      List.of(
          "connection refused by upstream",
          "timeout after 3000 ms",
          "pool exhausted, 16 of 16 in use",
          "certificate expires in 7 days",
          "disk usage above 90 percent");

  @Override
  public String name() {
    return "logs";
  }

  @Override
  public String document(RandomGenerator random) {
    Dice dice = new Dice(random);
    Clock clock = new Clock(dice);
    StringBuilder text = new StringBuilder();
    int events = dice.between(4, 6);
    for (int i = 0; i < events; i++) {
      if (dice.onceIn(5)) {
        trouble(dice, clock, text);
      } else {
        request(dice, clock, text);
      }
    }
    return text.toString();
  }

  private static void request(Dice dice, Clock clock, StringBuilder text) {
    String request = "req=" + dice.hex(4);
    String method = dice.usual(METHODS);
    String path = dice.usual(PATHS);
    text.append(clock.next(dice)).append(" INFO  [http] ").append(request);
    text.append(" started ").append(method).append(' ').append(path).append('\n');
    boolean failed = dice.onceIn(5);
    if (failed) {
      text.append(clock.next(dice)).append(" ERROR [db] ").append(request);
      text.append(" query failed: deadlock detected\n");
    }
    text.append(clock.next(dice)).append(failed ? " WARN  " : " INFO  ").append("[http] ");
    text.append(request).append(" finished ").append(method).append(' ').append(path);
    text.append(failed ? " 500" : " " + success(method)).append('\n');
  }

  private static int success(String method) {
    return switch (method) {
      case "POST" -> 201;
      case "DELETE" -> 204;
      default -> 200;
    };
  }

  private static void trouble(Dice dice, Clock clock, StringBuilder text) {
    text.append(clock.next(dice)).append(" WARN  [monitor] host=node-");
    text.append(dice.between(1, 6)).append(' ').append(dice.usual(TROUBLES)).append('\n');
  }

  /** The time of the next line. */
  private static final class Clock {

    private final String day;
    private int second;

    Clock(Dice dice) {
      day = String.format(Locale.ROOT, "2026-%02d-%02d", dice.between(1, 12), dice.between(1, 28));
      second = dice.between(0, 80_000);
    }

    String next(Dice dice) {
      second += dice.between(0, 3);
      int minute = second / 60;
      return String.format(
          Locale.ROOT, "%sT%02d:%02d:%02dZ", day, minute / 60, minute % 60, second % 60);
    }
  }
}
