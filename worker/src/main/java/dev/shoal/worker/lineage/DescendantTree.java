package dev.shoal.worker.lineage;

import dev.shoal.migrations.LineageRow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What was made from an artifact, for people; what is met again is not spelled out again. */
public final class DescendantTree {

  private static final int DIGITS = 12;

  private final LineageGraph graph;
  private final Map<String, List<LineageRow>> madeFrom;
  private final List<String> lines = new ArrayList<>();
  private final Set<String> shown = new HashSet<>();

  /** Of what {@link LineageGraph#down} found. */
  public DescendantTree(LineageGraph graph) {
    this.graph = graph;
    this.madeFrom =
        graph.edges().stream()
            .collect(
                Collectors.groupingBy(LineageRow::parent, LinkedHashMap::new, Collectors.toList()));
  }

  /** One artifact a line, indented below what it was made from. */
  public String text() {
    String root = graph.artifact().sha256();
    lines.add("%s %s".formatted(graph.artifact().kind(), digits(root)));
    show("  ", root);
    if (graph.edges().isEmpty()) {
      lines.add("  nothing was made from it");
    }
    return String.join(System.lineSeparator(), lines);
  }

  private void show(String indent, String parent) {
    shown.add(parent);
    for (LineageRow edge : madeFrom.getOrDefault(parent, List.of())) {
      boolean again = shown.contains(edge.child());
      lines.add(line(indent, edge) + (again ? "  (see above)" : ""));
      if (!again) {
        show(indent + "  ", edge.child());
      }
    }
  }

  private static String line(String indent, LineageRow edge) {
    return "%s%s %s  by %s, run %s (%s)"
        .formatted(
            indent,
            edge.childKind(),
            digits(edge.child()),
            LineageGraph.label(edge),
            edge.run(),
            edge.runId().toString().substring(0, 8));
  }

  private static String digits(String sha256) {
    return sha256.substring(0, DIGITS);
  }
}
