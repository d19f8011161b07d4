package dev.shoal.activities.report;

import dev.shoal.activities.report.Chart.Line;
import dev.shoal.activities.report.Chart.Mark;
import dev.shoal.activities.report.ReportData.Series;
import java.util.ArrayList;
import java.util.List;

/** Loss curves, one training stage after the other, with marks where each begins and resumes. */
final class TrainingSection {

  /** Longer curves are thinned out evenly: more points than a picture has pixels tell nothing. */
  static final int MOST_POINTS = 1000;

  private static final List<String> STAGES = List.of("train router", "train experts");

  private final ReportData data;
  private final List<Line> lines = new ArrayList<>();
  private final List<Mark> marks = new ArrayList<>();
  private boolean thinned;

  private TrainingSection(ReportData data) {
    this.data = data;
  }

  static Section of(ReportData data) {
    Section section = new Section("training", "Training");
    if (data.journal() == null) {
      return section.text("The loss over steps is in the page that `shoal report` writes.");
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
            + " perplexity comes from.");
    if (thinned) {
      section.text("Long curves show every n-th step and the last.");
    }
    return section.chart(
        new Chart.Lines("Loss of training by step", "step", "nats per token", lines, marks));
  }

  /** The steps that it took. */
  private long stage(String stage, long before) {
    List<Series> mine =
        data.metrics().stream()
            .filter(s -> s.stage().equals(stage) && !s.points().isEmpty())
            .filter(s -> s.metric().equals("loss") || s.metric().equals("cross_entropy_per_token"))
            .toList();
    if (mine.isEmpty()) {
      return 0;
    }
    marks.add(new Mark(before, stage));
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

  private Line line(Series series, long before) {
    String name = series.metric().equals("loss") ? "loss" : "cross entropy per token";
    thinned |= series.points().size() > MOST_POINTS;
    return Line.thinned(series.stage() + ": " + name, series.points(), before, MOST_POINTS);
  }
}
