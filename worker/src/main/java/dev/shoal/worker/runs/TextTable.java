package dev.shoal.worker.runs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table for people: columns as wide as they need, numbers to the right. */
public final class TextTable {

  private final List<List<String>> rows = new ArrayList<>();

  /** Begins with the head. */
  public TextTable(String... head) {
    add(head);
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
    return rows.stream()
        .map(row -> line(row, widths, numeric))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private static String line(List<String> row, int[] widths, boolean[] numeric) {
    return IntStream.range(0, row.size())
        .mapToObj(c -> pad(row.get(c), widths[c], numeric[c]))
        .collect(Collectors.joining("  "))
        .stripTrailing();
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
