package dev.shoal.activities.report;

import static org.apache.commons.text.StringEscapeUtils.escapeXml10;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A heading and what is under it; all text is escaped here and nowhere else. */
final class Section {

  private final String id;
  private final String title;
  private final StringBuilder html = new StringBuilder();
  private final List<Chart> charts = new ArrayList<>();

  Section(String id, String title) {
    this.id = id;
    this.title = title;
  }

  String id() {
    return id;
  }

  String title() {
    return title;
  }

  /** In the order of the elements that they are drawn in. */
  List<Chart> charts() {
    return charts;
  }

  /** A paragraph; what stands between backquotes is to be typed, or the name of a column. */
  Section text(String text) {
    String words = escapeXml10(text).replaceAll("`([^`]+)`", "<code>$1</code>");
    html.append("<p>").append(words).append("</p>\n");
    return this;
  }

  Section list(List<String> lines) {
    html.append("<ul>");
    lines.forEach(line -> html.append("<li>").append(escapeXml10(line)).append("</li>"));
    html.append("</ul>\n");
    return this;
  }

  Section table(String caption, Table table) {
    html.append(html(caption, table));
    return this;
  }

  /** Folded away until it is asked for. */
  Section folded(String summary, String text) {
    html.append("<details><summary>%s</summary>".formatted(escapeXml10(summary)));
    code(text);
    html.append("</details>\n");
    return this;
  }

  Section code(String text) {
    html.append("<pre tabindex=\"0\"><code>").append(escapeXml10(text)).append("</code></pre>\n");
    return this;
  }

  /** The picture, and the same numbers as a table. */
  Section chart(Chart chart) {
    String name = id + "-" + charts.size();
    charts.add(chart);
    html.append(
        """
        <figure>
        <figcaption>%2$s</figcaption>
        <div class="controls" id="controls-%1$s"></div>
        <div class="scroll" tabindex="0" role="region" aria-label="%2$s"><div class="chart" id="chart-%1$s" role="img" aria-label="%2$s; the numbers follow as a table"></div></div>
        <details><summary>The numbers as a table</summary>%3$s</details>
        </figure>
        """
            .formatted(name, escapeXml10(chart.label()), html(chart.label(), chart.table())));
    return this;
  }

  String html() {
    return "<section id=\"%s\">\n<h2>%s</h2>\n%s</section>\n"
        .formatted(id, escapeXml10(title), html);
  }

  private static String html(String caption, Table table) {
    String title = escapeXml10(caption);
    return "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">"
            .formatted(title)
        + "<table><caption>%s</caption><thead>".formatted(title)
        + table.head().stream()
            .map(value -> cell("th scope=\"col\"", "th", value))
            .collect(Collectors.joining("", "<tr>", "</tr>\n"))
        + "</thead><tbody>\n"
        + table.rows().stream().map(Section::row).collect(Collectors.joining())
        + "</tbody></table></div>\n";
  }

  /** Its first cell names it. */
  private static String row(List<String> values) {
    return values.stream()
        .skip(1)
        .map(value -> cell("td", "td", value))
        .collect(
            Collectors.joining(
                "", "<tr>" + cell("th scope=\"row\"", "th", values.get(0)), "</tr>\n"));
  }

  private static String cell(String begin, String end, String value) {
    return "<" + begin + ">" + escapeXml10(value) + "</" + end + ">";
  }
}
