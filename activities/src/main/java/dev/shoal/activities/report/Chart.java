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
   * @param sheets one or more
   */
  record HeatMap(
      String label, List<String> rows, List<String> columns, List<Join> joins, List<Sheet> sheets)
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
          sheet.values().get(r).forEach(value -> line.add(number(value)));
          cells.add(line);
        }
      }
      return new Table(Stream.concat(first, columns.stream()).toList(), cells);
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
        lines.forEach(line -> row.add(line.at(step)));
        rows.add(row);
      }
      return new Table(
          Stream.concat(Stream.of(xName), lines.stream().map(Line::name)).toList(), rows);
    }
  }

  /** One curve. */
  record Line(String name, List<XY> points) {

    /**
     * Every n-th point and the last.
     *
     * @param before steps before its first
     * @param most points that are kept, and the last
     */
    static Line thinned(String name, List<ReportData.Point> points, long before, int most) {
      int every = Math.max(1, (points.size() + most - 1) / most);
      List<XY> kept = new ArrayList<>();
      for (int p = 0; p < points.size(); p++) {
        if (p % every == 0 || p == points.size() - 1) {
          kept.add(new XY(before + points.get(p).step(), points.get(p).value()));
        }
      }
      return new Line(name, kept);
    }

    String at(long x) {
      return points.stream()
          .filter(point -> point.x() == x)
          .map(point -> number(point.y()))
          .findFirst()
          .orElse("");
    }
  }

  /** Places of things with a name, such as what they cost and how good they are. */
  record Dots(String label, String xName, String yName, List<Dot> dots) implements Chart {

    @Override
    public Table table() {
      return new Table(
          List.of("", xName, yName, "from", "to"),
          dots.stream()
              .map(
                  dot ->
                      List.of(
                          dot.name(),
                          String.format(Locale.ROOT, "%.0f", dot.x()),
                          number(dot.y()),
                          number(dot.low()),
                          number(dot.high())))
              .toList());
    }
  }

  /** A place; low and high are the ends of an interval, null where there is none. */
  record Dot(String name, double x, double y, Double low, Double high) {}

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

  /** Points with a place: x from left to right by what was made from what. */
  record Graph(String label, List<Node> nodes, List<Link> links) implements Chart {

    @Override
    public Table table() {
      return new Table(
          List.of("made", "from", "by"),
          links.stream()
              .map(l -> List.of(name(l.to()), name(l.from()), l.text()))
              .sorted((a, b) -> a.toString().compareTo(b.toString()))
              .toList());
    }

    private String name(int node) {
      return nodes.get(node).name() + " " + nodes.get(node).digest();
    }
  }

  /** A point: its name, the beginning of its digest, its column and its place in the column. */
  record Node(String name, String digest, int column, double place) {}

  /** A line between points. */
  record Link(int from, int to, String text) {}

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
