package dev.shoal.activities;

import dev.shoal.workflows.request.ReconstructionRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Scores as a table of text, for any page: models side by side, and what they had met before.
 *
 * @param head titles
 * @param rows as long as the head
 */
public record ScoreSheet(List<String> head, List<List<String>> rows) {

  /** Title of the column that flags what was calibrated or trained on. */
  private static final String EXPOSURE = "also";

  static ScoreSheet perplexities(ReconstructionRequest request, List<Scores> scores) {
    List<String> head = new ArrayList<>(List.of("data set", EXPOSURE));
    scores.forEach(s -> head.add(s.subject()));
    List<List<String>> rows = new ArrayList<>();
    Set<String> sets = scores.isEmpty() ? Set.of() : scores.get(0).perplexity().keySet();
    for (String set : sets) {
      rows.add(
          row(set, request.exposure(set), scores, s -> number("%.2f", s.perplexity().get(set))));
    }
    rows.add(row("geometric mean", "", scores, s -> number("%.3f", s.geometricMean())));
    rows.add(row("parameters in all", "", scores, s -> number("%,d", s.parameters())));
    rows.add(
        row("parameters active per token", "", scores, s -> number("%,d", s.activeParameters())));
    return new ScoreSheet(head, rows);
  }

  /** A row for each task and metric, with its standard error. */
  public static ScoreSheet tasks(ReconstructionRequest request, List<TaskScores> scores) {
    Map<String, Map<String, TaskScores>> byTask = new LinkedHashMap<>();
    Set<String> subjects = new LinkedHashSet<>();
    for (TaskScores score : scores) {
      byTask.computeIfAbsent(score.task(), t -> new LinkedHashMap<>()).put(score.subject(), score);
      subjects.add(score.subject());
    }
    List<String> head = new ArrayList<>(List.of("task", "metric", "items", EXPOSURE));
    head.addAll(subjects);
    List<List<String>> rows = new ArrayList<>();
    byTask.forEach((task, bySubject) -> addTask(rows, request, bySubject, subjects));
    return new ScoreSheet(head, rows);
  }

  private static void addTask(
      List<List<String>> rows,
      ReconstructionRequest request,
      Map<String, TaskScores> bySubject,
      Set<String> subjects) {
    TaskScores first = bySubject.values().iterator().next();
    String items =
        first.truncatedItems() == 0
            ? number("%,d", first.items())
            : "%,d, %,d truncated".formatted(first.items(), first.truncatedItems());
    for (String metric : first.metrics().keySet()) {
      if (metric.endsWith("_stderr")) {
        continue;
      }
      List<String> row =
          new ArrayList<>(List.of(first.task(), metric, items, request.exposure(first.task())));
      for (String subject : subjects) {
        TaskScores score = bySubject.get(subject);
        row.add(score == null ? "" : value(score.metrics(), metric));
      }
      rows.add(row);
    }
  }

  private static String value(Map<String, Double> metrics, String metric) {
    Double error = metrics.get(metric + "_stderr");
    String value = number("%.4f", metrics.get(metric));
    return error == null ? value : value + number(" ± %.4f", error);
  }

  private static List<String> row(
      String name, String exposure, List<Scores> scores, Function<Scores, String> cell) {
    List<String> row = new ArrayList<>(List.of(name, exposure));
    scores.forEach(s -> row.add(cell.apply(s)));
    return row;
  }

  private static String number(String format, Object value) {
    return value == null ? "" : String.format(Locale.ROOT, format, value);
  }
}
