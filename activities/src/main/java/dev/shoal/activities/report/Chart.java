package dev.shoal.activities.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A picture, drawn by {@code report.js} from its JSON, and the same numbers as a table. */
sealed interface Chart {

  /** What {@code report.js} draws. */
  @JsonProperty("kind")
  default String kind() {
    return getClass().getSimpleName();
  }

  /** What it shows, for those who do not see it. */
  String label();

  /** The same numbers. */
  @JsonIgnore
  Table table();

  /**
   * A matrix, or several of one shape to choose from.
   *
   * @param rows from top to bottom
   * @param joins of the rows, as places from the top; empty where there are none
   * @param percent whether values are shares, told in percent
   * @param sheets one or more
   */
  record HeatMap(
      String label,
      List<String> rows,
      List<String> columns,
      List<Join> joins,
      boolean percent,
      List<Sheet> sheets)
      implements Chart {

    @Override
    public Table table() {
      boolean several = sheets.size() > 1;
      Stream<String> first = several ? Stream.of("", "row") : Stream.of("");
      List<List<String>> cells = new ArrayList<>();
      for (Sheet sheet : sheets) {
        for (int r = 0; r < rows.size(); r++) {
          List<String> line = new ArrayList<>(several ? List.of(sheet.name()) : List.of());
          line.add(rows.get(r));
          sheet.values().get(r).forEach(value -> line.add(text(value)));
          cells.add(line);
        }
      }
      return new Table(Stream.concat(first, columns.stream()).toList(), cells);
    }

    private String text(Double value) {
      return percent && value != null
          ? String.format(Locale.ROOT, "%.1f %%", 100 * value)
          : number(value);
    }
  }

  /** One matrix of a heat map, [rows, columns]. */
  record Sheet(String name, List<List<Double>> values) {}

  /** Two branches of a tree beside a heat map: their places, their heights, and the join's. */
  record Join(
      double first, double firstHeight, double second, double secondHeight, double height) {}

  /** Curves over one axis. */
  record Lines(String label, String xName, String yName, List<Line> lines, List<Mark> marks)
      implements Chart {

    @Override
    public Table table() {
      TreeSet<Long> steps = new TreeSet<>();
      lines.forEach(line -> line.points().forEach(point -> steps.add(point.x())));
      List<List<String>> rows = new ArrayList<>();
      for (long step : steps) {
        List<String> row = new ArrayList<>(List.of(String.valueOf(step)));
        lines.forEach(line -> row.addAll(line.at(step)));
        rows.add(row);
      }
      return new Table(
          Stream.concat(Stream.of(xName), lines.stream().flatMap(line -> line.heads().stream()))
              .toList(),
          rows);
    }
  }

  /**
   * One curve.
   *
   * @param points as they were measured
   * @param smooth what is drawn before them, one for each point; empty where they are not smoothed
   */
  record Line(String name, List<XY> points, List<Double> smooth) {

    private List<String> heads() {
      return smooth.isEmpty() ? List.of(name) : List.of(name, name + ", smoothed");
    }

    private List<String> at(long x) {
      for (int p = 0; p < points.size(); p++) {
        if (points.get(p).x() == x) {
          String point = number(points.get(p).y());
          return smooth.isEmpty() ? List.of(point) : List.of(point, number(smooth.get(p)));
        }
      }
      return heads().stream().map(head -> "").toList();
    }
  }

  /**
   * Places of things with a name, such as what they cost and how good they are.
   *
   * @param reference what they are measured against; may be null
   */
  record Dots(String label, String xName, String yName, List<Dot> dots, Dot reference)
      implements Chart {

    @Override
    public Table table() {
      return new Table(
          List.of("", xName, yName, "from", "to"),
          Stream.concat(Stream.ofNullable(reference), dots.stream()).map(Dot::row).toList());
    }
  }

  /** A place; low and high are the ends of an interval, null where there is none. */
  record Dot(String name, double x, double y, Double low, Double high) {

    private List<String> row() {
      return List.of(
          name, String.format(Locale.ROOT, "%.0f", x), number(y), number(low), number(high));
    }
  }

  /** A point of a curve. */
  record XY(long x, Double y) {}

  /** A place on the axis with a word to it. */
  record Mark(long x, String text) {}

  /** Bars side by side in each category. */
  record Bars(String label, String yName, List<String> categories, List<Bar> bars)
      implements Chart {

    @Override
    public Table table() {
      List<List<String>> rows =
          IntStream.range(0, categories.size())
              .mapToObj(
                  c ->
                      Stream.concat(
                              Stream.of(categories.get(c)),
                              bars.stream().map(bar -> number(bar.values().get(c))))
                          .toList())
              .toList();
      return new Table(Stream.concat(Stream.of(""), bars.stream().map(Bar::name)).toList(), rows);
    }
  }

  /** The bars of one colour. */
  record Bar(String name, List<Double> values) {}

  /** What lasted from when to when, in seconds after the first. */
  record Spans(String label, List<Span> spans) implements Chart {

    @Override
    public Table table() {
      return new Table(
          List.of("stage", "outcome", "after s", "for s", "remark"),
          spans.stream()
              .map(
                  span ->
                      List.of(
                          span.row(),
                          span.outcome(),
                          fixed(span.from()),
                          fixed(span.to() - span.from()),
                          span.remark()))
              .toList());
    }

    private static String fixed(double seconds) {
      return String.format(Locale.ROOT, "%.1f", seconds);
    }
  }

  /** One bar of a timeline. */
  record Span(String row, String outcome, double from, double to, String remark) {}

  /** What was made from what; the table has each artifact, the picture those alike as one. */
  record Graph(String label, List<Node> nodes, List<Link> links, @JsonIgnore Table table)
      implements Chart {}

  /**
   * A point, for one artifact or for several alike.
   *
   * @param name what they are
   * @param members data sets, models or stages that tell them apart
   * @param from all that they were made from, drawn or not
   * @param column all of it stands further left
   */
  record Node(String name, List<String> members, List<String> from, int column) {}

  /** A line between points. */
  record Link(int from, int to) {}

  /** Four digits that count; empty where there is none. */
  static String number(Double value) {
    if (value == null || value.isNaN()) {
      return "";
    }
    if (value.isInfinite()) {
      return value.toString();
    }
    if (value == 0 || Math.abs(value) >= 1e5 || Math.abs(value) < 1e-3) {
      return value == 0 ? "0" : String.format(Locale.ROOT, "%.3e", value);
    }
    int digits = Math.max(0, 3 - (int) Math.floor(Math.log10(Math.abs(value))));
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
