package dev.shoal.activities.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.activities.report.ReportData.Attempt;
import dev.shoal.activities.report.ReportData.Journal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** When it happened, what was made from what, and how to make it again. */
final class HistorySections {

  private static final String ELSEWHERE = "It is in the page that `./shoal report` writes.";

  private HistorySections() {}

  static Section timeline(Journal journal) {
    Section section = new Section("timeline", "Stages and attempts");
    if (journal == null) {
      return section.text(ELSEWHERE);
    }
    if (journal.attempts().isEmpty()) {
      return section.text("No stage has begun.");
    }
    Instant begin =
        journal.attempts().stream().map(Attempt::startedAt).min(Instant::compareTo).orElseThrow();
    List<Chart.Span> spans = journal.attempts().stream().map(a -> span(a, begin)).toList();
    return section
        .text(
            "Began at %s; times are in seconds after that."
                .formatted(begin.truncatedTo(ChronoUnit.SECONDS)))
        .chart(new Chart.Spans("Timeline of stages and attempts", spans));
  }

  private static Chart.Span span(Attempt attempt, Instant begin) {
    String resumed = attempt.resumedFrom() == null ? "" : "from step " + attempt.resumedFrom();
    String reason = attempt.reason() == null ? "" : attempt.reason();
    return new Chart.Span(
        attempt.stage(),
        attempt.outcome(),
        seconds(begin, attempt.startedAt()),
        seconds(begin, attempt.endedAt()),
        resumed + (resumed.isEmpty() || reason.isEmpty() ? "" : ", ") + reason);
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1000.0;
  }

  static Section lineage(Journal journal) {
    Section section = new Section("lineage", "Made from");
    if (journal == null) {
      return section.text(
          "The graph is in the page that `./shoal report` writes; the digests are below.");
    }
    if (journal.lineage().isEmpty()) {
      return section.text("Nothing has been made.");
    }
    return section
        .text(
            "Artifacts by kind, from left to right; those of a kind that come from the same are one"
                + " point. A line is left out where others lead the same way. The table has all of"
                + " them, with their digests.")
        .chart(new Lineage(journal.lineage()).graph());
  }

  static Section origin(ReportData data) {
    Section section = new Section("origin", "Settings, versions, digests");
    Journal journal = data.journal();
    if (journal != null) {
      section
          .text("To make it again, with the request at the end of the page in a file:")
          .code(journal.command());
      section.table("Run and versions", new Table(List.of("what", "value"), journal.facts()));
    }
    if (!data.subject().digests().isEmpty()) {
      section.table("Digests", new Table(List.of("artifact", "sha256"), data.subject().digests()));
    }
    return section.folded("The request with every default", pretty(data));
  }

  private static String pretty(ReportData data) {
    try {
      return new ObjectMapper()
          .writerWithDefaultPrettyPrinter()
          .writeValueAsString(data.subject().request());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a request is always JSON", e);
    }
  }
}
