package dev.shoal.models.sample;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Two small tasks in the manner of the arithmetic texts, which the sample model can do in part.
 *
 * <ul>
 *   <li>{@code steps.jsonl}: the next result of a chain of sums, one of four;
 *   <li>{@code multiples.jsonl}: the next multiple, in the model's own words.
 * </ul>
 */
final class SampleTasks {

  private static final long SEED = 2026;
  private static final int ROWS = 64;

  private SampleTasks() {}

  static void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    write(folder.resolve("steps.jsonl"), SampleTasks::step);
    write(folder.resolve("multiples.jsonl"), SampleTasks::multiple);
  }

  private static void write(Path file, Function<Dice, ObjectNode> row) throws IOException {
    Dice dice = new Dice(new Random(SEED + file.getFileName().toString().hashCode()));
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < ROWS; i++) {
      lines.append(new ObjectMapper().writeValueAsString(row.apply(dice))).append('\n');
    }
    Files.writeString(file, lines);
  }

  private static ObjectNode step(Dice dice) {
    int value = dice.between(10, 80);
    int change = dice.between(1, 9);
    boolean plus = dice.onceIn(2);
    int right = plus ? value + change : value - change;
    Set<Integer> choices = new TreeSet<>(List.of(right));
    while (choices.size() < 4) {
      choices.add(dice.between(Math.max(0, right - 12), right + 12));
    }
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    row.put(
        "context", "Go on from " + value + ":\n" + value + (plus ? " + " : " - ") + change + " =");
    ArrayNode listed = row.putArray("choices");
    choices.forEach(choice -> listed.add(Integer.toString(choice)));
    return row.put("label", new ArrayList<>(choices).indexOf(right));
  }

  private static ObjectNode multiple(Dice dice) {
    int factor = dice.between(2, 12);
    int times = dice.between(3, 10);
    String context =
        "Multiples of %d:\n%d * %d = %d\n%d * %d ="
            .formatted(factor, times - 1, factor, (times - 1) * factor, times, factor);
    ObjectNode row = JsonNodeFactory.instance.objectNode().put("context", context);
    return row.put("target", " " + times * factor);
  }
}
