package dev.shoal.worker.runs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.activities.report.ReportData.Attempt;
import dev.shoal.activities.report.ReportData.Edge;
import dev.shoal.activities.report.ReportData.Journal;
import dev.shoal.migrations.ArtifactRow;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.HistoryRow;
import dev.shoal.migrations.RunRow;
import dev.shoal.migrations.StageRow;
import dev.shoal.migrations.StageStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What happened in a run, from the database alone. */
final class JournalReader {

  private final Database database;
  private final RunRow run;
  private final List<StageRow> stages;

  JournalReader(Database database, RunRow run, List<StageRow> stages) {
    this.database = database;
    this.run = run;
    this.stages = stages;
  }

  Journal read(Instant now, List<List<Double>> overlap) {
    return new Journal(
        run.status().name(),
        run.failure().map(why -> why.path("message").asText()).orElse(null),
        database.stages().history(run.runId()).stream().map(row -> attempt(row, now)).toList(),
        lineage(),
        overlap,
        facts(),
        command());
  }

  private Attempt attempt(HistoryRow row, Instant now) {
    Instant lastSeen = run.endedAt().orElse(now);
    return new Attempt(
        row.shard().isEmpty() ? row.stage() : row.stage() + " · " + row.shard(),
        row.outcome().orElse(row.status()),
        row.resumedFromStep().orElse(null),
        row.reason().orElse(null),
        row.startedAt(),
        row.endedAt().orElse(lastSeen));
  }

  /** Edges of the run's own stages, those it reused included. */
  private List<Edge> lineage() {
    List<Edge> edges = new ArrayList<>();
    Map<String, String> kinds = new LinkedHashMap<>();
    for (StageRow stage : stages) {
      List<StageStore.Edge> all = database.stages().edges(stage.stageId());
      for (StageStore.Edge out : all) {
        if (out.direction() == StageStore.Direction.OUT) {
          all.stream()
              .filter(in -> in.direction() == StageStore.Direction.IN)
              .filter(in -> !in.sha256().equals(out.sha256()))
              .forEach(in -> edges.add(edge(in, out, label(stage), kinds)));
        }
      }
    }
    return edges;
  }

  private Edge edge(
      StageStore.Edge in, StageStore.Edge out, String stage, Map<String, String> kinds) {
    return new Edge(
        in.sha256(), kind(in.sha256(), kinds), out.sha256(), kind(out.sha256(), kinds), stage);
  }

  private String kind(String sha256, Map<String, String> kinds) {
    return kinds.computeIfAbsent(
        sha256,
        digest ->
            database.artifacts().find(digest).stream()
                .findFirst()
                .map(ArtifactRow::kind)
                .orElse("artifact"));
  }

  private List<List<String>> facts() {
    List<List<String>> facts = new ArrayList<>();
    facts.add(List.of("run", run.runId().toString()));
    facts.add(List.of("workflow", run.workflowId()));
    facts.add(List.of("status", run.status().name()));
    facts.add(List.of("began", run.startedAt().toString()));
    run.endedAt().ifPresent(ended -> facts.add(List.of("ended", ended.toString())));
    run.forkedFrom().ifPresent(origin -> facts.add(List.of("forked from", origin.toString())));
    database.stages().history(run.runId()).stream()
        .map(row -> row.environmentSha256().orElse(null))
        .filter(Objects::nonNull)
        .distinct()
        .forEach(environment -> environment(environment, facts));
    return facts;
  }

  private void environment(String sha256, List<List<String>> facts) {
    JsonNode document = database.environments().find(sha256).orElse(null);
    if (document != null) {
      JsonLeaves.of(document).forEach((field, value) -> facts.add(List.of(field, value)));
    }
  }

  /** The folded request below is the file; the same request gives the same digests. */
  private String command() {
    return "./shoal run %s.json".formatted(run.name().replaceAll("[^A-Za-z0-9._-]", "_"));
  }

  /** The stage with its shard. */
  static String label(StageRow stage) {
    return stage.shard().isEmpty() ? stage.name() : stage.name() + " · " + stage.shard();
  }
}
