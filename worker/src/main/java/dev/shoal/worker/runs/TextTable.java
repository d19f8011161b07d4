package dev.shoal.worker.runs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.text.WordUtils;

/**
 * A table for people: columns as wide as they need, numbers to the right. Columns for which a line
 * has no room come below, beside the first one again.
 */
public final class TextTable {

  /** Characters of a line. */
  public static final int WIDTH = 100;

  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  /** Begins with the head. */
  public TextTable(String... head) {
    add(head);
  }

  /** Words under a table, each line as long as a table may be. */
  static String wrap(String words) {
    return words
        .lines()
        .map(line -> WordUtils.wrap(line, WIDTH))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  /** Appends a row; its cells are as many as those of the head. */
  public void add(String... cells) {
    rows.add(Arrays.stream(cells).map(cell -> cell == null ? "" : cell).toList());
  }

  /** Lines without a line end after the last. */
  @Override
  public String toString() {
    int columns = rows.get(0).size();
    int[] widths = IntStream.range(0, columns).map(this::width).toArray();
    boolean[] numeric = new boolean[columns];
    IntStream.range(0, columns).forEach(c -> numeric[c] = isNumeric(c));
    return blocks(widths).stream()
        .map(block -> lines(block, widths, numeric))
        .collect(Collectors.joining(System.lineSeparator().repeat(2)));
  }

  /** Columns that stand side by side, each block with the first one. */
  private static List<List<Integer>> blocks(int[] widths) {
    List<List<Integer>> blocks = new ArrayList<>();
    int used = 0;
    for (int column = 1; column < widths.length; column++) {
      int more = GAP.length() + widths[column];
      if (blocks.isEmpty() || used + more > WIDTH) {
        blocks.add(new ArrayList<>(List.of(0)));
        used = widths[0];
      }
      blocks.get(blocks.size() - 1).add(column);
      used += more;
    }
    return blocks.isEmpty() ? List.of(List.of(0)) : blocks;
  }

  private String lines(List<Integer> block, int[] widths, boolean[] numeric) {
    return rows.stream()
        .map(
            row ->
                block.stream()
                    .map(c -> pad(row.get(c), widths[c], numeric[c]))
                    .collect(Collectors.joining(GAP))
                    .stripTrailing())
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private static String pad(String cell, int width, boolean right) {
    String space = " ".repeat(width - cell.length());
    return right ? space + cell : cell + space;
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }

  private boolean isNumeric(int column) {
    return rows.size() > 1
        && rows.stream()
            .skip(1)
            .allMatch(row -> row.get(column).matches("[-\\d.,]*( [kMGT])?|NaN"));
  }
}
