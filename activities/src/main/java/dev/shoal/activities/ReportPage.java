package dev.shoal.activities;

import static org.apache.commons.text.StringEscapeUtils.escapeHtml4;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.workflows.ArtifactRef;
import dev.shoal.workflows.stages.PublishingActivities.ReportTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The report as one plain HTML page; no run id and no time in it, so equal results are equal. */
final class ReportPage {

  private static final String PAGE =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <title>%1$s</title>
      <style>
      body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }
      table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums }
      th, td { border-bottom: 1px solid #ccc; padding: .25rem .75rem; text-align: right }
      th:first-child, td:first-child { text-align: left }
      code, pre { font-size: .85rem; overflow-x: auto }
      .scroll { overflow-x: auto }
      </style>
      </head>
      <body>
      <h1>%1$s</h1>
      <p>%2$s</p>
      <h2>Perplexity per token</h2>
      %3$s
      <h2>Tasks</h2>
      %8$s
      <h2>Groups</h2>
      %4$s
      <h2>Expert use after training</h2>
      %5$s
      <h2>Made from</h2>
      %6$s
      <h2>Request, resolved</h2>
      <pre>%7$s</pre>
      </body>
      </html>
      """;

  private static final String EXPLAINED =
      "<p><em>Also</em>: what experts or router were made from besides being judged on it; the"
          + " documents judged on were kept apart.</p>";

  private final ReportTask task;
  private final RunStory story;
  private final List<Scores> scores;
  private final CalibrationStages.GroupingDocument groups;

  ReportPage(ReportTask task, RunStory story) {
    this.task = task;
    this.story = story;
    this.scores = story.scores();
    this.groups = story.groups();
  }

  String html() {
    String description = story.request().description();
    return PAGE.formatted(
        escapeHtml4(story.request().name()),
        escapeHtml4(description == null ? "" : description),
        perplexities(),
        groups(),
        use(),
        sources(),
        escapeHtml4(request()),
        tasks());
  }

  private String perplexities() {
    if (scores.isEmpty()) {
      return "<p>No model was judged.</p>";
    }
    return table(story.perplexities()) + EXPLAINED;
  }

  private String tasks() {
    ScoreSheet tasks = story.taskScores();
    return tasks.rows().isEmpty() ? "<p>None were asked for.</p>" : table(tasks);
  }

  private static String table(ScoreSheet sheet) {
    return table(sheet.head(), sheet.rows());
  }

  private String groups() {
    if (groups == null) {
      return "<p>There are none. Experts were made of the dense model by %s.</p>"
          .formatted(escapeHtml4(story.method().words()));
    }
    List<List<String>> groupings = groups.grouping().groups();
    List<List<String>> rows =
        IntStream.range(0, groupings.size())
            .mapToObj(e -> List.of("expert " + e, String.join(", ", groupings.get(e))))
            .toList();
    String reasons =
        groups.grouping().reasons().stream()
            .map(reason -> "<li>" + escapeHtml4(reason) + "</li>")
            .collect(Collectors.joining());
    return table(List.of("expert", "data sets"), rows) + "<ul>" + reasons + "</ul>";
  }

  private String use() {
    Scores last = scores.isEmpty() ? null : scores.get(scores.size() - 1);
    if (last == null || last.expertUse().isEmpty()) {
      return "<p>No mixture was judged.</p>";
    }
    int experts = last.expertUse().values().iterator().next().size();
    List<String> head = new ArrayList<>(List.of("data set"));
    IntStream.range(0, experts).forEach(e -> head.add("expert " + e));
    List<List<String>> rows = new ArrayList<>();
    last.expertUse()
        .forEach(
            (dataset, shares) -> {
              List<String> row = new ArrayList<>(List.of(dataset));
              shares.forEach(share -> row.add(number("%.0f %%", 100 * share)));
              rows.add(row);
            });
    String warning = last.unusedWarning();
    return table(head, rows) + (warning.isEmpty() ? "" : "<p>" + escapeHtml4(warning) + "</p>");
  }

  private String sources() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(source("dense model", task.model()));
    RunStory.inputs(task.story()).forEach(i -> rows.add(source(i.role(), i.artifact())));
    if (task.export() != null) {
      rows.add(source("export", task.export()));
    }
    return table(List.of("what", "digest"), rows);
  }

  private static List<String> source(String what, ArtifactRef artifact) {
    return List.of(what, artifact.sha256());
  }

  private String request() {
    try {
      return new ObjectMapper()
          .writerWithDefaultPrettyPrinter()
          .writeValueAsString(story.request());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a request is always JSON", e);
    }
  }

  private static String table(List<String> head, List<List<String>> rows) {
    return "<div class=\"scroll\"><table>"
        + cells("th", head)
        + rows.stream().map(row -> cells("td", row)).collect(Collectors.joining())
        + "</table></div>";
  }

  private static String cells(String tag, List<String> values) {
    return values.stream()
        .map(value -> "<" + tag + ">" + escapeHtml4(value) + "</" + tag + ">")
        .collect(Collectors.joining("", "<tr>", "</tr>\n"));
  }

  private static String number(String format, Object value) {
    return value == null ? "" : String.format(Locale.ROOT, format, value);
  }
}
