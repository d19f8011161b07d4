package dev.shoal.activities.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.shoal.activities.report.ComparisonData.Dense;
import dev.shoal.activities.report.ComparisonData.Figure;
import dev.shoal.activities.report.ComparisonData.Interval;
import dev.shoal.activities.report.ComparisonData.Method;
import dev.shoal.activities.report.ComparisonData.Size;
import dev.shoal.activities.report.ReportData.Point;
import dev.shoal.activities.report.ReportData.Series;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The page of a comparison")
class ComparisonSectionsTest {

  private static final String EVIL = "</script><script>alert(1)</script>";

  private static Interval single(double mean) {
    return new Interval(mean, Double.NaN);
  }

  private static Method method(String name, int runs, Interval report) {
    Interval choose = report == null ? null : new Interval(report.mean() - 1, report.halfWidth());
    return new Method(
        name,
        runs,
        "tokens 8 x 0.5",
        "full",
        2_000_000,
        new Size(126_000_000.0, 20_100_000.0, "4, 0.5", 4.2e7),
        new Figure(choose, choose, report),
        report == null ? Map.of() : Map.of("law", report.mean()));
  }

  private static ComparisonData data(List<Method> methods, List<Series> curves) {
    return new ComparisonData(
        "widths",
        "/models/dense",
        new Dense(
            30_000_000.0, new Figure(single(20), single(16), single(16)), Map.of("law", 16.5)),
        methods,
        new Table(List.of("run"), List.of()),
        new Table(
            List.of("method", "experts.width", "experts.by"),
            methods.stream().map(m -> List.of(m.name(), "0.5", EVIL)).toList()),
        curves,
        new Table(List.of("run", "state"), List.of(List.of("half", "FAILED"))),
        "./shoal compare 01234567 --report",
        JsonNodeFactory.instance.objectNode().put("name", EVIL));
  }

  private static String page(Method... methods) {
    return ReportPage.html(data(List.of(methods), List.of()));
  }

  @Test
  @DisplayName("says what differs, which is best, and whether chance may have made the order")
  void sentences() {
    assertThat(page(method("half", 3, new Interval(15, 0.25)), method("eighth", 1, single(15.5))))
        .contains(
            "4 runs were made from the model /models/dense and judged on the same text: 2 methods, which differ in experts.width, experts.by.",
            "The best is half with a perplexity of 15.00 ± 0.25 over the half of the windows <code>to report</code>, where the dense model has 16.00 (-6.3 %).",
            "Next is eighth with 15.50; without several seeds of both, chance may have made the order.",
            "<td>15.00 ± 0.25</td><td>-6.3 %</td><td>126 M</td><td>20.1 M</td><td>4, 0.5</td><td>42.0 M</td><td>2.00 M</td>",
            "<th scope=\"row\">experts</th><td>tokens 8 x 0.5</td><td>tokens 8 x 0.5</td>",
            "<th scope=\"row\">experts.width</th><td>0.5</td><td>0.5</td>",
            "All methods have 20.1 M active parameters and 126 M parameters in all, the dense model 30.0 M");
    Method near = method("near", 3, new Interval(15.5, 0.25));
    assertThat(page(method("half", 3, new Interval(15, 0.25)), near))
        .contains("their intervals overlap, so the order may be chance.");
    assertThat(page(method("half", 3, new Interval(15, 0.125)), near))
        .contains("their intervals do not overlap.");
  }

  @Test
  @DisplayName("has a place for each method by what it costs, with its interval")
  void dots() throws Exception {
    String page = page(method("half", 3, new Interval(15, 0.25)), method("none", 1, null));

    String json = page.split("id=\"charts\">", 2)[1];
    JsonNode charts = new ObjectMapper().readTree(json.substring(0, json.indexOf("</script>")));

    assertThat(charts.at("/sizes-0/dots").toString())
        .isEqualTo("[{\"name\":\"half\",\"x\":2.01E7,\"y\":15.0,\"low\":14.75,\"high\":15.25}]");
    assertThat(charts.at("/sizes-0/reference/x").asDouble()).as("the dense model").isEqualTo(30e6);
    assertThat(charts.at("/sizes-1/dots/0/x").asDouble()).isEqualTo(126e6);
    assertThat(charts.at("/perplexity-0/bars/1/values").toString()).isEqualTo("[15.0]");
    assertThat(page).doesNotContain("<script>alert").contains("<td>&lt;/script&gt;");
  }

  @Test
  @DisplayName("does not call best what was judged on other text than the rest")
  void otherText() {
    ComparisonData data =
        new ComparisonData(
            "mixed",
            null,
            new Dense(null, new Figure(null, null, null), Map.of()),
            List.of(method("half", 1, single(15)), method("other", 1, single(16))),
            new Table(List.of(), List.of()),
            new Table(
                List.of("method", "datasets[10].eval_path"),
                List.of(List.of("half", "/a"), List.of("other", "/b"))),
            List.of(),
            new Table(List.of("run"), List.of()),
            "./shoal compare a b --report",
            null);

    assertThat(ReportPage.html(data))
        .contains(
            "from different models and judged on different text, so that perplexities are no measure of which is best: 2 methods")
        .doesNotContain("The best is");
  }

  @Test
  @DisplayName("says so where nothing was judged or trained")
  void empty() {
    assertThat(page())
        .contains(
            "0 runs were made",
            "No mixture has been judged.",
            "No training step has been recorded.",
            "No request was accepted.",
            "<th scope=\"row\">half</th><td>FAILED</td>");
  }

  @Test
  @DisplayName("has at most 3 MB also with 36 runs of 100,000 steps")
  void size() {
    List<Point> points =
        LongStream.rangeClosed(1, 100_000)
            .mapToObj(s -> new Point(s, 10 / Math.sqrt((double) s)))
            .toList();
    List<Series> curves =
        IntStream.range(0, 36)
            .mapToObj(r -> new Series("train experts", "run-" + r, "cross_entropy", points))
            .toList();
    List<Method> methods =
        Collections.nCopies(12, method("a-method-with-a-name", 3, new Interval(15, 0.25)));

    assertThat(ReportPage.html(data(methods, curves)).getBytes(StandardCharsets.UTF_8).length)
        .isBetween(1_500_000, 3_000_000);
  }
}
