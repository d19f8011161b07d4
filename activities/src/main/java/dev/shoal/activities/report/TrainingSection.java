package dev.shoal.activities.report;

import dev.shoal.activities.report.Chart.Line;
import dev.shoal.activities.report.Chart.Mark;
import dev.shoal.activities.report.ReportData.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Loss curves, one training stage after the other, with marks where each begins and resumes. */
final class TrainingSection {

  private static final List<String> METRICS = List.of("loss", "cross_entropy_per_token");

  /** Points of all curves together. */
  private static final int ROOM = 4000;

  private static final List<String> STAGES = List.of("train router", "train experts");

  private final ReportData data;
  private final Curves curves;
  private final List<Line> lines = new ArrayList<>();
  private final List<Mark> marks = new ArrayList<>();

  private TrainingSection(ReportData data) {
    this.data = data;
    this.curves = Curves.of(STAGES.stream().flatMap(this::series).toList(), ROOM);
  }

  static Section of(ReportData data) {
    Section section = new Section("training", "Training");
    if (data.journal() == null) {
      return section.text("The loss over steps is in the page that `./shoal report` writes.");
    }
    return new TrainingSection(data).section(section);
  }

  private Section section(Section section) {
    long before = 0;
    for (String stage : STAGES) {
      before += stage(stage, before);
    }
    if (lines.isEmpty()) {
      return section.text("No training step has been recorded.");
    }
    section.text(
        "The loss is what was minimised; cross entropy per token is the part of it that"
            + " perplexity comes from."
            + curves.words());
    return section.chart(
        new Chart.Lines("Loss of training by step", "step", "nats per token", lines, marks));
  }

  /** The steps that it took. */
  private long stage(String stage, long before) {
    List<Series> mine = series(stage).toList();
    if (mine.isEmpty()) {
      return 0;
    }
    marks.add(new Mark(before + 1, stage));
    data.journal().attempts().stream()
        .filter(a -> a.stage().equals(stage) || a.stage().startsWith(stage + " · "))
        .filter(a -> a.resumedFrom() != null)
        .forEach(a -> marks.add(new Mark(before + a.resumedFrom(), "resumed")));
    mine.forEach(s -> lines.add(line(s, before)));
    return mine.stream()
        .mapToLong(s -> s.points().get(s.points().size() - 1).step())
        .max()
        .orElse(0);
  }

  private Stream<Series> series(String stage) {
    return data.metrics().stream()
        .filter(s -> s.stage().equals(stage) && !s.points().isEmpty())
        .filter(s -> METRICS.contains(s.metric()));
  }

  private Line line(Series series, long before) {
    String name = series.metric().equals("loss") ? "loss" : "cross entropy per token";
    return curves.line(series.stage() + ": " + name, series.points(), before);
  }
}
