package dev.shoal.models.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The draws that documents are made of.
 *
 * <p>Everything goes through {@link RandomGenerator#nextInt(int)}, whose sequence {@link
 * java.util.Random} specifies, so documents stay the same on every Java version.
 */
final class Dice {

  private static final List<String> ONSETS =
      List.of("b", "br", "d", "f", "gr", "h", "k", "l", "m", "n", "p", "r", "s", "st", "t", "v");
  private static final List<String> VOWELS = List.of("a", "e", "i", "o", "u");
  private static final List<String> CODAS = List.of("l", "n", "r", "s", "x", "ck");

  private final RandomGenerator random;

  Dice(RandomGenerator random) {
    this.random = random;
  }

  /** A whole number from {@code low} to {@code high}, both included. */
  int between(int low, int high) {
    return low + random.nextInt(high - low + 1);
  }

  /** True once in {@code times} on average. */
  boolean onceIn(int times) {
    return random.nextInt(times) == 0;
  }

  /** Any element, all equally likely. */
  <T> T pick(List<T> items) {
    return items.get(random.nextInt(items.size()));
  }

  /** Any element; those at the front are likelier, as words of a language are. */
  <T> T usual(List<T> items) {
    return items.get(Math.min(random.nextInt(items.size()), random.nextInt(items.size())));
  }

  /** Several different elements, in random order. */
  <T> List<T> several(List<T> items, int count) {
    List<T> left = new ArrayList<>(items);
    List<T> drawn = new ArrayList<>(count);
    while (drawn.size() < count) {
      drawn.add(left.remove(random.nextInt(left.size())));
    }
    return drawn;
  }

  /** A made-up family name such as "Brolak": new to the reader, and the same again later. */
  String surname() {
    String name = pick(ONSETS) + pick(VOWELS) + pick(ONSETS) + pick(VOWELS) + pick(CODAS);
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  /** As many lower-case hexadecimal digits as asked for. */
  String hex(int digits) {
    StringBuilder text = new StringBuilder(digits);
    for (int i = 0; i < digits; i++) {
      text.append(Character.forDigit(random.nextInt(16), 16));
    }
    return text.toString();
  }
}
