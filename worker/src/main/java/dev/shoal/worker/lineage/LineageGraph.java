package dev.shoal.worker.lineage;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.migrations.ArtifactRow;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.LineageRow;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An artifact with everything it was made from, or everything made from it.
 *
 * @param artifact where it begins
 * @param edges one for each artifact made and each it was made from
 */
public record LineageGraph(ArtifactRow artifact, List<LineageRow> edges) {

  private static final int DIGITS = 12;

  /** Keeps its own copy. */
  public LineageGraph {
    edges = List.copyOf(edges);
  }

  /** What the artifact was made from. */
  public static LineageGraph up(Database database, ArtifactRow artifact) {
    return new LineageGraph(artifact, database.lineage().ancestors(artifact.sha256()));
  }

  /** What was made from the artifact. */
  public static LineageGraph down(Database database, ArtifactRow artifact) {
    return new LineageGraph(artifact, database.lineage().descendants(artifact.sha256()));
  }

  /** For programs: every edge. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("artifact", artifact.sha256()).put("kind", artifact.kind()).putArray("edges");
    edges.forEach(edge -> json.withArray("edges").add(json(edge)));
    return json;
  }

  static ObjectNode json(LineageRow edge) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("child", edge.child()).put("child_kind", edge.childKind());
    json.put("parent", edge.parent()).put("parent_kind", edge.parentKind());
    json.put("role", edge.role()).put("stage", edge.stage()).put("shard", edge.shard());
    json.put("run", edge.runId().toString()).put("code_version", edge.codeVersion().orElse(null));
    edge.settings().ifPresent(document -> json.set("settings", document.path("settings")));
    return json;
  }

  /** For Graphviz: artifacts are boxes, stages are the arrows between them. */
  public String dot() {
    return """
        digraph lineage {
          rankdir=LR;
          node [shape=box];
        %s%s}"""
        .formatted(nodes(), arrows());
  }

  private String nodes() {
    Set<String> nodes = new LinkedHashSet<>();
    nodes.add(node(artifact.sha256(), artifact.kind(), ", penwidth=3"));
    for (LineageRow edge : edges) {
      add(nodes, edge.parent(), edge.parentKind());
      add(nodes, edge.child(), edge.childKind());
    }
    return String.join("", nodes);
  }

  private void add(Set<String> nodes, String sha256, String kind) {
    if (!sha256.equals(artifact.sha256())) {
      nodes.add(node(sha256, kind, ""));
    }
  }

  private static String node(String sha256, String kind, String more) {
    String digits = sha256.substring(0, DIGITS);
    return "  \"%s\" [label=\"%s\\n%s\"%s];%n".formatted(digits, quoted(kind), digits, more);
  }

  private String arrows() {
    return edges.stream()
        .map(
            edge ->
                "  \"%s\" -> \"%s\" [label=\"%s\\n%s\"];%n"
                    .formatted(
                        edge.parent().substring(0, DIGITS),
                        edge.child().substring(0, DIGITS),
                        quoted(label(edge)),
                        quoted(edge.role())))
        .distinct()
        .collect(Collectors.joining());
  }

  /** As it is typed: {@code tokenize/law}. */
  static String label(LineageRow edge) {
    return edge.shard().isEmpty() ? edge.stage() : edge.stage() + "/" + edge.shard();
  }

  static String parentName(LineageRow edge) {
    return edge.parentKind() + "/" + edge.parent();
  }

  static String childName(LineageRow edge) {
    return edge.childKind() + "/" + edge.child();
  }

  private static String quoted(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
