package dev.shoal.activities.report;

import dev.shoal.activities.report.ReportData.Edge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What was made from what. Artifacts of one kind that were made from the same are one point of the
 * picture, and a line is left out where others lead the same way; the table has all.
 */
final class Lineage {

  private static final int DIGITS = 12;
  private static final String BETWEEN = " · ";

  private final List<Edge> edges;
  private final Map<String, String> kinds = new LinkedHashMap<>();
  private final Map<String, String> makers = new LinkedHashMap<>();
  private final Map<String, Integer> depths = new LinkedHashMap<>();
  private final List<Point> points = new ArrayList<>();

  Lineage(List<Edge> edges) {
    this.edges = edges;
    for (Edge edge : edges) {
      kinds.put(edge.parent(), edge.parentKind());
      kinds.put(edge.child(), edge.childKind());
      makers.putIfAbsent(edge.child(), edge.stage());
    }
    kinds.keySet().forEach(artifact -> depths.put(artifact, 0));
    for (int round = 0; round < kinds.size() && push(); round++) {
      // each round moves what stands before, or beside, something it was made from
    }
    collect();
  }

  private boolean push() {
    boolean moved = false;
    for (Edge edge : edges) {
      int after = depths.get(edge.parent()) + 1;
      if (depths.get(edge.child()) < after && after < kinds.size()) {
        depths.put(edge.child(), after);
        moved = true;
      }
    }
    return moved;
  }

  /**
   * Artifacts alike; all points that it was made from have smaller numbers.
   *
   * @param number its place among all
   * @param kind of each
   * @param nearest points that it was made from, without those that others lead to
   * @param artifacts digests
   * @param from all points that it was made from
   */
  private record Point(
      int number, String kind, Set<Integer> nearest, List<String> artifacts, Set<Integer> from) {}

  private void collect() {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    List<String> order = kinds.keySet().stream().sorted(Comparator.comparing(depths::get)).toList();
    for (String artifact : order) {
      Set<Integer> from =
          edges.stream()
              .filter(edge -> edge.child().equals(artifact))
              .map(edge -> numbers.get(edge.parent()))
              .filter(Objects::nonNull)
              .collect(Collectors.toCollection(TreeSet::new));
      Point point = point(kinds.get(artifact), nearest(from));
      point.artifacts().add(artifact);
      point.from().addAll(from);
      numbers.put(artifact, point.number());
    }
  }

  /** The one that is there, or a new one. */
  private Point point(String kind, Set<Integer> nearest) {
    return points.stream()
        .filter(point -> point.kind().equals(kind) && point.nearest().equals(nearest))
        .findFirst()
        .orElseGet(
            () -> {
              points.add(
                  new Point(points.size(), kind, nearest, new ArrayList<>(), new TreeSet<>()));
              return points.get(points.size() - 1);
            });
  }

  /** Those that none of the others was made from. */
  private Set<Integer> nearest(Set<Integer> from) {
    Set<Integer> further = new TreeSet<>();
    from.forEach(point -> above(point, further));
    Set<Integer> nearest = new TreeSet<>(from);
    nearest.removeAll(further);
    return nearest;
  }

  private void above(int number, Set<Integer> met) {
    points.get(number).nearest().stream().filter(met::add).forEach(parent -> above(parent, met));
  }

  Chart.Graph graph() {
    List<Chart.Link> links =
        points.stream()
            .flatMap(to -> to.nearest().stream().map(from -> new Chart.Link(from, to.number())))
            .toList();
    int[] columns = columns(links);
    List<Chart.Node> nodes =
        points.stream().map(point -> node(point, columns[point.number()])).toList();
    return new Chart.Graph("What was made from what", nodes, links, table());
  }

  /** As far right as what was made from it allows: what only the last one took stands beside it. */
  private int[] columns(List<Chart.Link> links) {
    int[] columns = new int[points.size()];
    links.forEach(l -> columns[l.to()] = Math.max(columns[l.to()], columns[l.from()] + 1));
    int last = Arrays.stream(columns).max().orElse(0);
    Arrays.fill(columns, last);
    for (int l = links.size() - 1; l >= 0; l--) {
      int from = links.get(l).from();
      columns[from] = Math.min(columns[from], columns[links.get(l).to()] - 1);
    }
    return columns;
  }

  private Chart.Node node(Point point, int column) {
    Set<String> names = new TreeSet<>();
    point.artifacts().forEach(artifact -> names.add(shard(artifact)));
    names.remove("");
    String maker = makers.getOrDefault(point.artifacts().get(0), "");
    if (names.isEmpty() && !maker.isEmpty()) {
      names.add(maker);
    }
    return new Chart.Node(
        title(point),
        List.copyOf(names),
        point.from().stream().map(points::get).map(Lineage::title).toList(),
        column);
  }

  private static String title(Point point) {
    int count = point.artifacts().size();
    return count == 1 ? point.kind() : point.kind() + " × " + count;
  }

  /**
   * The data set or model of the stage that made it; of what no stage made, the data set or task of
   * those that took it, where it is one.
   */
  private String shard(String artifact) {
    if (makers.containsKey(artifact)) {
      return shardOf(makers.get(artifact));
    }
    Set<String> takers =
        edges.stream()
            .filter(edge -> edge.parent().equals(artifact))
            .map(edge -> shardOf(edge.stage()))
            .map(shard -> shard.substring(shard.indexOf('/') + 1))
            .collect(Collectors.toSet());
    return takers.size() == 1 ? takers.iterator().next() : "";
  }

  private static String shardOf(String stage) {
    int end = stage.indexOf(BETWEEN);
    return end < 0 ? "" : stage.substring(end + BETWEEN.length());
  }

  private Table table() {
    return new Table(
        List.of("made", "from", "by"),
        edges.stream()
            .map(edge -> List.of(name(edge.child()), name(edge.parent()), edge.stage()))
            .distinct()
            .sorted((a, b) -> a.toString().compareTo(b.toString()))
            .toList());
  }

  private String name(String artifact) {
    String shard = shard(artifact);
    return kinds.get(artifact)
        + (shard.isEmpty() ? "" : BETWEEN + shard)
        + " "
        + artifact.substring(0, Math.min(DIGITS, artifact.length()));
  }
}
