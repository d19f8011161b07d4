package dev.shoal.activities.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.shoal.activities.report.ReportData.Journal;
import dev.shoal.activities.report.ReportData.Judged;
import dev.shoal.activities.report.ReportData.Point;
import dev.shoal.activities.report.ReportData.Series;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The report's page")
class ReportPageTest {

  private static final String EVIL = "</script><script>alert(1)</script>\"'&${data}";
  private static final Instant BEGIN = Instant.parse("2026-01-02T03:04:05Z");

  private static final ReportData.Subject SUBJECT =
      new ReportData.Subject(
          EVIL,
          null,
          "pruning its FFN once for each group of data sets",
          JsonNodeFactory.instance.objectNode().put("name", EVIL),
          Map.of("law", "calibrated"),
          List.of(List.of("dense model", "ab".repeat(32))));

  private static final List<Judged> MODELS =
      List.of(
          new Judged("dense", Map.of("law", 16.0), 16.0, 100L, 100L, Map.of(), ""),
          new Judged("assembled", Map.of("law", 60.0), 60.0, 150L, 70L, Map.of(), ""),
          new Judged(
              "trained",
              Map.of("law", 20.0),
              20.0,
              150L,
              70L,
              Map.of(EVIL, List.of(0.25, 0.75)),
              "Layer 3 has an expert without a token."));

  private static final ReportData.Groups GROUPS =
      new ReportData.Groups(
          List.of("law", "code", "bills"),
          List.of(List.of(1.0, 0.5, 0.9), List.of(0.5, 1.0, 0.5), List.of(0.9, 0.5, 1.0)),
          List.of(List.of("law", "bills"), List.of("code")),
          List.of(new ReportData.Join(0, 2, 0.1), new ReportData.Join(0, 1, 0.6)),
          List.of("linkage: average"));

  private static final List<Series> METRICS =
      List.of(
          new Series("train experts", "", "loss", List.of(new Point(1, 4), new Point(2, 3.5))),
          new Series("evaluate", "trained", "expert_share/1/" + EVIL, List.of(new Point(3, 0.875))),
          new Series("build experts", "", "expert_error", List.of(new Point(0, 0.125))));

  private static final Journal JOURNAL =
      new Journal(
          "FAILED",
          "OutOfDeviceMemory: the card is full",
          List.of(
              new ReportData.Attempt(
                  "train experts", "LOST", null, null, BEGIN, BEGIN.plusSeconds(7)),
              new ReportData.Attempt(
                  "train experts",
                  "FAILED",
                  1L,
                  "full",
                  BEGIN.plusSeconds(8),
                  BEGIN.plusSeconds(9))),
          List.of(new ReportData.Edge("aa", "tokens", "bb", "statistics", "calibrate · law")),
          List.of(List.of(1.0, 0.3125), List.of(0.3125, 1.0)),
          List.of(List.of("run", "0123")),
          "./shoal run request.json");

  private static final ReportData WHOLE =
      new ReportData(
          SUBJECT, MODELS, new Table(List.of("task"), List.of()), GROUPS, METRICS, JOURNAL);

  private static final ReportData OF_A_STAGE =
      new ReportData(
          SUBJECT, MODELS, new Table(List.of("task"), List.of()), GROUPS, List.of(), null);

  private static final ReportData EMPTY =
      new ReportData(
          SUBJECT,
          List.of(),
          new Table(List.of(), List.of()),
          null,
          List.of(),
          new Journal("RUNNING", null, List.of(), List.of(), List.of(), List.of(), ""));

  @Test
  @DisplayName("is the same bytes for the same data, and at most 3 MB with the library in it")
  void isTheSame() {
    assertThat(ReportPage.html(WHOLE)).isEqualTo(ReportPage.html(WHOLE));
    assertThat(ReportPage.html(WHOLE).getBytes(StandardCharsets.UTF_8).length)
        .isBetween(1_000_000, 1_200_000);
  }

  @Test
  @DisplayName("says in a few sentences what was made, how good it is, and how it ended")
  void sentences() {
    assertThat(ReportPage.html(WHOLE))
        .contains(
            "A sparse mixture of 2 experts in every layer was made of a dense model. Its experts come from the dense model by pruning its FFN once for each group of data sets. The mixture has 150 parameters, of which a token uses 70.",
            "The perplexity of the trained model, the geometric mean over data sets, is 20.00 where the dense model has 16.00 (+25.0 %).",
            "Before training it was 60.00. The state of the run: failed, OutOfDeviceMemory: the card is full.");
  }

  @Test
  @DisplayName("lets no name end an element or become a part of the template")
  void escapes() throws Exception {
    String page = ReportPage.html(WHOLE);

    assertThat(page).doesNotContain("<script>alert").contains("&lt;script&gt;alert(1)");
    assertThat(page.split("</script>", -1)).as("three scripts, and what follows").hasSize(4);
    JsonNode charts = charts(page);
    assertThat(charts.at("/use-0/rows/0").asText()).isEqualTo(EVIL);
    assertThat(charts.at("/use-0/sheets/1/name").asText()).isEqualTo("layer 3");
    assertThat(charts.at("/use-0/sheets/1/values/0/1").asDouble()).isEqualTo(0.875);
  }

  private static JsonNode charts(String page) throws Exception {
    String data = page.split("id=\"charts\">", 2)[1];
    return new ObjectMapper().readTree(data.substring(0, data.indexOf("</script>")));
  }

  @Test
  @DisplayName("has every number of a picture in a table as well")
  void tables() {
    assertThat(ReportPage.html(WHOLE))
        .contains("<td>87.5 %</td>", "<td>0.3125</td>", "<td>0.1250</td>", "<td>3.500</td>")
        .contains("<th scope=\"row\">train experts</th><td>LOST</td><td>0.0</td><td>7.0</td>")
        .contains(
            "<th scope=\"row\">statistics · law bb</th><td>tokens · law aa</td><td>calibrate · law</td>")
        .contains("role=\"img\" aria-label=\"Affinity of data sets");
  }

  @Test
  @DisplayName("puts data sets that joined beside each other, and the tree's branches to them")
  void dendrogram() throws Exception {
    JsonNode heat = charts(ReportPage.html(OF_A_STAGE)).path("groups-0");

    assertThat(heat.path("rows").toString()).isEqualTo("[\"law\",\"bills\",\"code\"]");
    assertThat(heat.at("/sheets/0/values/0").toString()).isEqualTo("[1.0,0.9,0.5]");
    assertThat(heat.at("/joins/1").toString())
        .isEqualTo(
            "{\"first\":0.5,\"firstHeight\":0.1,\"second\":2.0,\"secondHeight\":0.0,\"height\":0.6}");
  }

  @Test
  @DisplayName("says of each section without numbers why there are none")
  void empty() {
    assertThat(ReportPage.html(EMPTY))
        .contains(
            "No model has been judged.",
            "No training step has been recorded.",
            "No mixture has been judged.",
            "No experts have been built",
            "Nothing has been recorded by layer.",
            "No stage has begun.",
            "Nothing has been made.")
        .doesNotContain("Groups of data sets", "Scores on tasks")
        .hasSizeLessThan(20_000);
    assertThat(ReportPage.html(OF_A_STAGE))
        .contains("the page that <code>./shoal report</code> writes");
  }

  @Test
  @DisplayName("thins a long curve out and keeps its last step")
  void thins() throws Exception {
    List<Point> points = LongStream.rangeClosed(1, 50_000).mapToObj(s -> new Point(s, s)).toList();
    ReportData data =
        new ReportData(
            SUBJECT,
            MODELS,
            new Table(List.of(), List.of()),
            null,
            List.of(new Series("train experts", "", "loss", points)),
            JOURNAL);

    JsonNode line = charts(ReportPage.html(data)).at("/training-0/lines/0");

    JsonNode curve = line.path("points");
    assertThat(curve.size()).isBetween(900, 1001);
    assertThat(curve.get(curve.size() - 1).path("x").asLong()).isEqualTo(50_000);
    assertThat(line.at("/smooth/500").asDouble())
        .as("on a straight line a centred mean is the value itself")
        .isEqualTo(curve.at("/500/y").asDouble());
  }

  @Test
  @DisplayName("smooths a noisy curve, and says over how many steps")
  void smooths() throws Exception {
    List<Point> noise =
        LongStream.rangeClosed(1, 40).mapToObj(s -> new Point(s, s % 5 == 0 ? 5 : 0)).toList();
    ReportData data =
        new ReportData(
            SUBJECT,
            MODELS,
            new Table(List.of(), List.of()),
            null,
            List.of(new Series("train experts", "", "loss", noise)),
            JOURNAL);

    String page = ReportPage.html(data);

    JsonNode line = charts(page).at("/training-0/lines/0");
    assertThat(line.at("/points/20/y").asDouble()).isEqualTo(0);
    assertThat(line.at("/smooth/20").asDouble()).as("one of five is 5").isEqualTo(1);
    assertThat(line.at("/smooth/0").asDouble()).as("of the first three").isEqualTo(0);
    assertThat(page).contains("the mean over the 5 steps around each", "loss, smoothed</th>");
  }

  @Test
  @DisplayName("draws what is alike as one point and no line that others lead along")
  void lineage() throws Exception {
    List<ReportData.Edge> edges =
        List.of(
            new ReportData.Edge("c1", "corpus", "t1", "tokens", "tokenize · law"),
            new ReportData.Edge("c2", "corpus", "t2", "tokens", "tokenize · code"),
            new ReportData.Edge("m0", "model", "t1", "tokens", "tokenize · law"),
            new ReportData.Edge("m0", "model", "t2", "tokens", "tokenize · code"),
            new ReportData.Edge("t1", "tokens", "e0", "experts", "build experts"),
            new ReportData.Edge("t2", "tokens", "e0", "experts", "build experts"),
            new ReportData.Edge("m0", "model", "e0", "experts", "build experts"));

    Chart.Graph graph = new Lineage(edges).graph();

    assertThat(graph.nodes())
        .containsExactlyInAnyOrder(
            new Chart.Node("corpus × 2", List.of("code", "law"), List.of(), 0),
            new Chart.Node("model", List.of(), List.of(), 0),
            new Chart.Node("tokens × 2", List.of("code", "law"), List.of("corpus × 2", "model"), 1),
            new Chart.Node("experts", List.of("build experts"), List.of("model", "tokens × 2"), 2));
    assertThat(graph.links()).as("not from the model to the experts").hasSize(3);
    assertThat(graph.table().rows()).as("every artifact").hasSize(7);
  }
}
