package dev.shoal.worker.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.stage.StageCode;
import dev.shoal.migrations.ArtifactCatalog;
import dev.shoal.migrations.ArtifactRow;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.LineageRow;
import dev.shoal.worker.runs.JsonLeaves;
import dev.shoal.worker.runs.RunFinder;
import dev.shoal.worker.runs.TextTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.commons.text.WordUtils;

/** What one artifact was made from, back to what came from outside. */
public final class LineageTree {

  private static final int DIGITS = 12;

  private final String root;
  private final String kind;
  private final Map<String, List<LineageRow>> madeFrom;
  private final Map<String, String> outside;
  private final List<String> forks;

  /**
   * The tree of some edges.
   *
   * @param outside digest to path of what no stage made
   * @param forks a sentence for each run that went on from another's checkpoint
   */
  LineageTree(
      String root,
      String kind,
      List<LineageRow> edges,
      Map<String, String> outside,
      List<String> forks) {
    this.root = root;
    this.kind = kind;
    this.outside = outside;
    this.forks = forks;
    this.madeFrom =
        edges.stream()
            .collect(
                Collectors.groupingBy(LineageRow::child, LinkedHashMap::new, Collectors.toList()));
  }

  /**
   * By what an artifact was made. Several stages may make the same bytes: the one of the run that
   * went on with them is meant, if it made them itself.
   */
  private List<LineageRow> inputs(String sha256, UUID run) {
    List<LineageRow> made = madeFrom.getOrDefault(sha256, List.of());
    UUID maker =
        made.stream()
            .filter(edge -> edge.runId().equals(run))
            .findFirst()
            .or(() -> made.stream().findFirst())
            .map(LineageRow::stageId)
            .orElse(null);
    return made.stream().filter(edge -> edge.stageId().equals(maker)).toList();
  }

  /** The tree of what an artifact was made from. */
  public static LineageTree of(Database database, LineageGraph graph) {
    List<LineageRow> edges = graph.edges();
    Set<String> made = edges.stream().map(LineageRow::child).collect(Collectors.toSet());
    Map<String, String> outside = new TreeMap<>();
    edges.stream()
        .map(LineageRow::parent)
        .filter(parent -> !made.contains(parent))
        .forEach(parent -> outside.put(parent, place(database.artifacts(), parent)));
    ArtifactRow artifact = graph.artifact();
    return new LineageTree(
        artifact.sha256(), artifact.kind(), edges, outside, forks(database, edges));
  }

  private static List<String> forks(Database database, List<LineageRow> edges) {
    return edges.stream()
        .filter(edge -> edge.stage().equals(StageCode.TAKE_CHECKPOINT.stageName()))
        .map(LineageRow::runId)
        .distinct()
        .flatMap(run -> database.runs().get(run).stream())
        .flatMap(
            fork ->
                fork.forkedFrom().flatMap(database.runs()::get).stream()
                    .map(
                        origin ->
                            "%s was forked from %s (%s)"
                                .formatted(fork.name(), origin.name(), RunFinder.shortId(origin))))
        .toList();
  }

  private static String place(ArtifactCatalog catalog, String sha256) {
    return catalog.locations(sha256).stream()
        .map(ArtifactCatalog.Location::uri)
        .findFirst()
        .orElse("a place that was not recorded");
  }

  /** For people; an artifact that is met again is not spelled out again. */
  public String text() {
    List<String> lines = new ArrayList<>();
    show("", new Shown(kind, root, null), lines, new HashSet<>());
    lines.addAll(forks);
    return String.join(System.lineSeparator(), lines);
  }

  /**
   * An artifact in its place.
   *
   * @param run that went on with it; null for the last one
   */
  private record Shown(String label, String sha256, UUID run) {}

  private void show(String indent, Shown what, List<String> lines, Set<String> shown) {
    String sha256 = what.sha256();
    List<LineageRow> inputs = inputs(sha256, what.run());
    shown.add(sha256);
    String head =
        "%s %s  %s".formatted(what.label(), sha256.substring(0, DIGITS), origin(sha256, inputs));
    lines.add(indent + head);
    inputs.stream()
        .findFirst()
        .flatMap(LineageRow::settings)
        .map(document -> document.path("settings"))
        .ifPresent(settings -> lines.add(settings(indent + "    ", settings)));
    List<String> above = new ArrayList<>();
    for (LineageRow edge : inputs) {
      if (shown.contains(edge.parent())) {
        above.add(label(edge) + " " + edge.parent().substring(0, DIGITS));
      } else {
        show(indent + "  ", new Shown(label(edge), edge.parent(), edge.runId()), lines, shown);
      }
    }
    if (!above.isEmpty()) {
      lines.add(wrapped(indent + "  ", "and from above: " + String.join(", ", above)));
    }
  }

  private static String settings(String indent, JsonNode settings) {
    String words =
        JsonLeaves.of(settings).entrySet().stream()
            .filter(leaf -> !leaf.getValue().isEmpty() && !leaf.getValue().equals("null"))
            .filter(leaf -> !leaf.getKey().startsWith("card.")) // it repeats the request
            .map(leaf -> leaf.getKey() + " " + leaf.getValue())
            .collect(Collectors.joining(", ", "settings ", ""));
    return wrapped(indent, words);
  }

  private static String wrapped(String indent, String words) {
    int width = Math.max(40, TextTable.WIDTH - indent.length());
    return indent + WordUtils.wrap(words, width, System.lineSeparator() + indent, false);
  }

  private static String label(LineageRow edge) {
    boolean named = edge.role().startsWith(edge.parentKind());
    return named ? edge.role() : "%s (%s)".formatted(edge.role(), edge.parentKind());
  }

  private String origin(String sha256, List<LineageRow> inputs) {
    if (inputs.isEmpty()) {
      return "from %s, sha256 %s".formatted(outside.getOrDefault(sha256, "outside"), sha256);
    }
    LineageRow by = inputs.get(0);
    return "by %s%s, code version %s, run %s (%s)"
        .formatted(
            by.stage(),
            by.shard().isEmpty() ? "" : " · " + by.shard(),
            by.codeVersion().orElse("unknown"),
            by.run(),
            by.runId().toString().substring(0, 8));
  }

  /** For programs: every edge, and the places of what came from outside. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("artifact", root).put("kind", kind);
    ObjectNode places = json.putObject("outside");
    outside.forEach(places::put);
    forks.forEach(json.putArray("forks")::add);
    json.putArray("edges");
    madeFrom
        .values()
        .forEach(edges -> edges.forEach(e -> json.withArray("edges").add(LineageGraph.json(e))));
    return json;
  }
}
