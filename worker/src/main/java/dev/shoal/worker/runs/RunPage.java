package dev.shoal.worker.runs;

import dev.shoal.activities.ReportStory;
import dev.shoal.activities.Scores;
import dev.shoal.activities.report.ReportData;
import dev.shoal.activities.report.ReportData.Journal;
import dev.shoal.activities.report.ReportData.Judged;
import dev.shoal.activities.report.ReportData.Point;
import dev.shoal.activities.report.ReportData.Series;
import dev.shoal.activities.report.ReportData.Subject;
import dev.shoal.activities.report.ReportPage;
import dev.shoal.activities.report.Table;
import dev.shoal.activities.store.ArtifactStore;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.MetricStore;
import dev.shoal.migrations.RunRow;
import dev.shoal.migrations.StageRow;
import dev.shoal.migrations.StageStore;
import dev.shoal.workflows.request.ReconstructionRequest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The report of a run as it stands, from the database and what can be read of the store. */
public final class RunPage {

  private final Database database;
  private final ArtifactStore store;
  private final RunRow run;
  private final List<StageRow> stages;

  private RunPage(Database database, ArtifactStore store, RunRow run) {
    this.database = database;
    this.store = store;
    this.run = run;
    this.stages = database.stages().ofRun(run.runId());
  }

  /**
   * The page, for a run in any state.
   *
   * @param now what has not ended is drawn up to here
   */
  public static String html(Database database, ArtifactStore store, RunRow run, Instant now) {
    return ReportPage.html(new RunPage(database, store, run).data(now));
  }

  private ReportData data(Instant now) {
    ReconstructionRequest request = ScoreTable.request(run);
    return new ReportData(
        subject(request),
        models(),
        request == null
            ? new Table(List.of(), List.of())
            : ReportStory.tasks(request, ScoreTable.taskScores(database, store, run.runId())),
        outputs("group").findFirst().map(ReportStory::groups).orElse(null),
        metrics(),
        journal(now));
  }

  private Subject subject(ReconstructionRequest request) {
    List<List<String>> digests = new ArrayList<>();
    for (StageRow stage : stages) {
      edges(stage, StageStore.Direction.OUT)
          .forEach(edge -> digests.add(List.of(JournalReader.label(stage), edge.sha256())));
    }
    return request == null
        ? new Subject(run.name(), null, null, run.request(), Map.of(), digests)
        : ReportStory.subject(request, digests);
  }

  private List<Judged> models() {
    Map<String, Scores> read = new LinkedHashMap<>();
    outputs("evaluate").map(Scores::read).forEach(scores -> read.put(scores.subject(), scores));
    List<Judged> models = new ArrayList<>();
    ScoreTable.models(database, store, run.runId())
        .forEach((model, metrics) -> models.add(judged(model, metrics, read.get(model))));
    return models;
  }

  /** From metrics where the store cannot be read from here. */
  private static Judged judged(String model, Map<String, Double> metrics, Scores scores) {
    if (scores != null) {
      return ReportStory.judged(scores);
    }
    Map<String, Double> perplexity = new LinkedHashMap<>();
    metrics.forEach(
        (name, value) -> {
          if (name.startsWith(ScoreTable.PERPLEXITY) && !name.equals(ScoreTable.GEOMETRIC_MEAN)) {
            perplexity.put(name.substring(ScoreTable.PERPLEXITY.length()), value);
          }
        });
    Double mean = metrics.get(ScoreTable.GEOMETRIC_MEAN);
    return new Judged(model, perplexity, mean, null, null, Map.of(), "");
  }

  private List<Series> metrics() {
    MetricStore metrics = database.metrics();
    List<Series> all = new ArrayList<>();
    for (StageRow stage : stages) {
      for (String key : stage.computationKey().stream().toList()) {
        metrics
            .series(key)
            .forEach(
                (name, series) ->
                    all.add(new Series(stage.name(), stage.shard(), name, points(series))));
      }
    }
    return all;
  }

  private static List<Point> points(List<MetricStore.Point> series) {
    return series.stream().map(p -> new Point(p.step(), p.value())).toList();
  }

  private Journal journal(Instant now) {
    Optional<Path> experts = outputs("build experts").findFirst();
    return new JournalReader(database, run, stages)
        .read(now, experts.map(ReportStory::overlap).orElse(List.of()));
  }

  /** Folders that stages of this name made, as far as they can be read from here. */
  private Stream<Path> outputs(String stage) {
    return stages.stream()
        .filter(s -> s.name().equals(stage))
        .flatMap(s -> edges(s, StageStore.Direction.OUT))
        .flatMap(edge -> Artifacts.whole(store, edge));
  }

  private Stream<StageStore.Edge> edges(StageRow stage, StageStore.Direction direction) {
    return database.stages().edges(stage.stageId()).stream()
        .filter(edge -> edge.direction() == direction);
  }
}
