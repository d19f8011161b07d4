package dev.shoal.activities.report;

import dev.shoal.activities.report.ReportData.Edge;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Places for a graph of artifacts: each stands right of all it was made from. */
final class LineageLayout {

  private static final int DIGITS = 12;

  private final List<Edge> edges;
  private final Map<String, String> kinds = new LinkedHashMap<>();
  private final Map<String, String> makers = new LinkedHashMap<>();
  private final Map<String, Integer> columns = new LinkedHashMap<>();

  LineageLayout(List<Edge> edges) {
    this.edges = edges;
    for (Edge edge : edges) {
      kinds.put(edge.parent(), edge.parentKind());
      kinds.put(edge.child(), edge.childKind());
      makers.putIfAbsent(edge.child(), edge.stage());
    }
    kinds.keySet().forEach(artifact -> columns.put(artifact, 0));
    for (int round = 0; round < kinds.size() && push(); round++) {
      // each round moves what stands left of, or beside, something it was made from
    }
  }

  private boolean push() {
    boolean moved = false;
    for (Edge edge : edges) {
      int after = columns.get(edge.parent()) + 1;
      if (columns.get(edge.child()) < after && after < kinds.size()) {
        columns.put(edge.child(), after);
        moved = true;
      }
    }
    return moved;
  }

  Chart.Graph graph() {
    Map<Integer, Integer> filled = new LinkedHashMap<>();
    Map<Integer, Integer> heights = new LinkedHashMap<>();
    columns.values().forEach(column -> heights.merge(column, 1, Integer::sum));
    Map<String, Integer> index = new LinkedHashMap<>();
    List<Chart.Node> nodes = new ArrayList<>();
    for (String artifact : kinds.keySet()) {
      int column = columns.get(artifact);
      int place = filled.merge(column, 1, Integer::sum);
      index.put(artifact, nodes.size());
      nodes.add(
          new Chart.Node(
              name(artifact),
              artifact.substring(0, Math.min(DIGITS, artifact.length())),
              column,
              (place - 0.5) / heights.get(column)));
    }
    List<Chart.Link> links =
        edges.stream()
            .map(e -> new Chart.Link(index.get(e.parent()), index.get(e.child()), e.stage()))
            .distinct()
            .toList();
    return new Chart.Graph("What was made from what", nodes, links);
  }

  /** Its kind, and the shard of the stage that made it, which is mostly a data set. */
  private String name(String artifact) {
    String maker = makers.getOrDefault(artifact, "");
    int shard = maker.indexOf(" · ");
    return kinds.get(artifact) + (shard < 0 ? "" : maker.substring(shard));
  }
}
