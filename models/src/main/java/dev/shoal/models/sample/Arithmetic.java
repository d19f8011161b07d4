package dev.shoal.models.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Worked sums, all of them right; digits of long numbers stand apart, as in a column. */
final class Arithmetic implements SampleDomain {

  @Override
  public String name() {
    return "arithmetic";
  }

  @Override
  public String document(RandomGenerator random) {
    Dice dice = new Dice(random);
    StringBuilder text = new StringBuilder();
    int exercises = dice.between(4, 7);
    for (int i = 1; i <= exercises; i++) {
      text.append("Exercise ").append(i).append(". ");
      switch (dice.between(0, 3)) {
        case 0 -> addColumns(dice, text);
        case 1 -> chain(dice, text);
        case 2 -> sort(dice, text);
        default -> multiples(dice, text);
      }
    }
    return text.toString();
  }

  /** Adds two numbers of three digits, from the right, with the carry written out. */
  private static void addColumns(Dice dice, StringBuilder text) {
    int a = dice.between(100, 999);
    int b = dice.between(100, 999);
    text.append("Add").append(digits(a)).append(" and").append(digits(b)).append(":\n");
    int carry = 0;
    for (int unit = 1; unit <= 100; unit *= 10) {
      int sum = a / unit % 10 + b / unit % 10 + carry;
      text.append(a / unit % 10).append(" + ").append(b / unit % 10);
      text.append(carry > 0 ? " + 1" : "").append(" = ").append(sum);
      carry = sum / 10;
      text.append(carry > 0 ? ", carry 1\n" : "\n");
    }
    text.append("Sum:").append(digits(a + b)).append('\n');
  }

  /** Goes on with the last result, between 0 and 99. */
  private static void chain(Dice dice, StringBuilder text) {
    int value = dice.between(1, 60);
    text.append("Go on from ").append(value).append(":\n");
    int steps = dice.between(3, 6);
    for (int i = 0; i < steps; i++) {
      boolean plus = value < 10 || (value < 90 && dice.onceIn(2));
      int change = dice.between(1, 9);
      int next = plus ? value + change : value - change;
      text.append(value).append(plus ? " + " : " - ").append(change);
      text.append(" = ").append(next).append('\n');
      value = next;
    }
  }

  private static void sort(Dice dice, StringBuilder text) {
    List<Integer> numbers = new ArrayList<>();
    int count = dice.between(4, 6);
    for (int i = 0; i < count; i++) {
      numbers.add(dice.between(0, 99));
    }
    text.append("Sort").append(spaced(numbers)).append(":\n");
    numbers.sort(null);
    text.append("Order:").append(spaced(numbers)).append('\n');
  }

  private static void multiples(Dice dice, StringBuilder text) {
    int factor = dice.between(2, 12);
    int first = dice.between(2, 9);
    int last = first + dice.between(2, 4);
    text.append("Multiples of ").append(factor).append(":\n");
    for (int i = first; i <= last; i++) {
      text.append(i).append(" * ").append(factor).append(" = ").append(i * factor).append('\n');
    }
  }

  private static String digits(int number) {
    StringBuilder text = new StringBuilder();
    Integer.toString(number).chars().forEach(digit -> text.append(' ').append((char) digit));
    return text.toString();
  }

  private static String spaced(List<Integer> numbers) {
    StringBuilder text = new StringBuilder();
    numbers.forEach(number -> text.append(' ').append(number));
    return text.toString();
  }
}
