package dev.shoal.activities.report;

import static org.apache.commons.text.StringEscapeUtils.escapeXml10;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.text.StringSubstitutor;

/** The report as one HTML file. Equal data are equal bytes. */
public final class ReportPage {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ECHARTS = "/META-INF/resources/webjars/echarts/5.5.0/echarts.min.js";

  private ReportPage() {}

  /** The page of a run. */
  public static String html(ReportData data) {
    return html(
        data.subject().name(),
        Stream.of(
                Stream.of(QualitySections.summary(data), QualitySections.perplexities(data)),
                QualitySections.tasks(data.tasks()).stream(),
                GroupSection.of(data.groups()).stream(),
                Stream.of(
                    TrainingSection.of(data),
                    ExpertSections.use(data),
                    ExpertSections.overlap(data.journal()),
                    ExpertSections.layers(data),
                    HistorySections.timeline(data.journal()),
                    HistorySections.lineage(data.journal()),
                    HistorySections.origin(data)))
            .flatMap(sections -> sections)
            .toList());
  }

  /** The page of a comparison. */
  public static String html(ComparisonData data) {
    return html(data.name(), ComparisonSections.of(data));
  }

  /** A page of sections. */
  static String html(String title, List<Section> sections) {
    Map<String, Chart> charts = new LinkedHashMap<>();
    for (Section section : sections) {
      for (int c = 0; c < section.charts().size(); c++) {
        charts.put(section.id() + "-" + c, section.charts().get(c));
      }
    }
    String links =
        sections.stream()
            .map(s -> "<a href=\"#%s\">%s</a>".formatted(s.id(), escapeXml10(s.title())))
            .collect(Collectors.joining("\n"));
    return new StringSubstitutor(
            Map.of(
                "style", resource("report.css"),
                "title", escapeXml10(title),
                "links", links,
                "sections", sections.stream().map(Section::html).collect(Collectors.joining()),
                "data", json(charts),
                "echarts", charts.isEmpty() ? "" : resource(ECHARTS),
                "script", charts.isEmpty() ? "" : resource("report.js")))
        .setDisableSubstitutionInValues(true)
        .replace(resource("page.html"));
  }

  /** Nothing in it can end the element it stands in. */
  private static String json(Map<String, Chart> charts) {
    try {
      return JSON.writeValueAsString(charts).replace("<", "\\u003c");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String resource(String name) {
    try (InputStream stream = ReportPage.class.getResourceAsStream(name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
