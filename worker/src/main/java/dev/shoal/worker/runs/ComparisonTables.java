package dev.shoal.worker.runs;

import dev.shoal.activities.report.Table;
import dev.shoal.worker.runs.Comparison.Row;
import dev.shoal.workflows.request.Experts;
import dev.shoal.workflows.request.Training;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A comparison in words; the tables have the same rows in the same order. */
record ComparisonTables(List<Row> rows) {

  private static final String PERPLEXITY = "%.3f";

  String text() {
    return Stream.of(methods(), perplexities(), tasks())
        .filter(table -> !table.isEmpty())
        .collect(Collectors.joining(System.lineSeparator().repeat(2)));
  }

  private String methods() {
    TextTable table =
        new TextTable(
            "run", "experts", "trained", "tokens", "in all", "active", "dense FFNs", "FLOPs/token");
    for (Row row : rows) {
      Experts experts = row.first().request().experts();
      table.add(
          row.name(),
          experts(experts),
          trained(row.first().request().training()),
          ScoreTable.count((double) row.first().trainingTokens()),
          ScoreTable.count(row.first().last().get(ScoreTable.PARAMETERS)),
          ScoreTable.count(row.first().last().get(ScoreTable.ACTIVE_PARAMETERS)),
          feedForwards(experts),
          ScoreTable.count(row.first().last().get(ScoreTable.FLOPS)));
    }
    return table
        + System.lineSeparator()
        + "dense FFNs: how many the experts of a layer hold, and how many of them are at work.";
  }

  private String perplexities() {
    TextTable table =
        new TextTable(
            "run",
            "dense",
            "assembled",
            "last",
            "from dense",
            "to choose",
            "to report",
            "computing");
    for (Row row : rows) {
      Spread dense = row.spread(run -> run.value("dense", ScoreTable.GEOMETRIC_MEAN));
      Spread last = row.last(ScoreTable.GEOMETRIC_MEAN);
      table.add(
          row.name(),
          number(dense == null ? null : new Spread(dense.values().subList(0, 1))),
          number(row.spread(run -> run.value("assembled", ScoreTable.GEOMETRIC_MEAN))),
          number(last),
          last == null || dense == null ? "" : ScoreTable.distance(last.mean(), dense.mean()),
          number(row.last(ScoreTable.TO_CHOOSE)),
          number(row.last(ScoreTable.TO_REPORT)),
          PendingActivity.words(row.spread(ComparedRun::seconds).mean()));
    }
    return table + System.lineSeparator() + legend();
  }

  private String legend() {
    String text =
        "The best by one half of the evaluation windows, `to choose`, comes first; `to report` is the"
            + " other half.";
    boolean seeds = rows.stream().anyMatch(row -> row.runs().size() > 1);
    String words =
        seeds
            ? text
                + System.lineSeparator()
                + "± is the 95 % confidence interval of the mean over seeds; rows whose intervals overlap may be in"
                + " either order."
            : text;
    return TextTable.wrap(words);
  }

  private String tasks() {
    Table scores = taskScores();
    if (scores.rows().isEmpty()) {
      return "";
    }
    TextTable table = new TextTable(scores.head().toArray(String[]::new));
    scores.rows().forEach(row -> table.add(row.toArray(String[]::new)));
    return table.toString();
  }

  /** A row for each method, a column for each task's metric; no rows where there is no task. */
  Table taskScores() {
    Set<String> metrics = new TreeSet<>();
    rows.forEach(row -> row.runs().forEach(run -> metrics.addAll(run.tasks().keySet())));
    metrics.removeIf(metric -> metric.endsWith("_stderr"));
    List<List<String>> lines = new ArrayList<>();
    for (Row row : metrics.isEmpty() ? List.<Row>of() : rows) {
      List<String> cells = new ArrayList<>(List.of(row.name()));
      metrics.forEach(metric -> cells.add(number(row.spread(run -> run.tasks().get(metric)))));
      lines.add(cells);
    }
    return new Table(Stream.concat(Stream.of("run"), metrics.stream()).toList(), lines);
  }

  private static String number(Spread spread) {
    return spread == null ? "" : spread.text(PERPLEXITY);
  }

  static String experts(Experts experts) {
    return "%s %d x %s, %d active, %s"
        .formatted(
            experts.by(),
            experts.numExperts(),
            experts.width().stripTrailingZeros().toPlainString(),
            experts.expertsPerToken(),
            experts.compensation().name().toLowerCase(Locale.ROOT));
  }

  static String trained(Training training) {
    if (training.expertTokens() == 0) {
      return "";
    }
    String weights =
        training.weights() == Training.TrainedWeights.FULL ? "full" : "lora " + training.lora().r();
    String distilled = training.distillation().weight() > 0 ? ", distilled" : "";
    return weights + distilled + (training.losses().equals(Training.Losses.NONE) ? "" : ", losses");
  }

  /** Empty where the width is a number of channels. */
  static String feedForwards(Experts experts) {
    if (experts.width().compareTo(BigDecimal.ONE) > 0) {
      return "";
    }
    double width = experts.width().doubleValue();
    return String.format(
        Locale.ROOT, "%.3g, %.3g", experts.numExperts() * width, experts.expertsPerToken() * width);
  }
}
