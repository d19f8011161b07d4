package dev.shoal.activities.report;

import dev.shoal.activities.report.Chart.HeatMap;
import dev.shoal.activities.report.Chart.Line;
import dev.shoal.activities.report.Chart.Sheet;
import dev.shoal.activities.report.Chart.XY;
import dev.shoal.activities.report.ReportData.Judged;
import dev.shoal.activities.report.ReportData.Series;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** How the experts are used, how alike they are, and how well each layer does. */
final class ExpertSections {

  /** Metric of the share of a data set's tokens that an expert of a layer got. */
  private static final String SHARE = "expert_share/";

  private static final Map<String, String> BY_LAYER =
      Map.of(
          "expert_error", "relative error of the routed expert",
          "expert_error_best", "relative error of the best expert",
          "expert_error_any", "relative error of an expert at random",
          "expert_entropy", "entropy of use, 1 is even",
          "expert_information", "mutual information of expert and data set, nats",
          "channel_overlap", "overlap of kept channels, mean Jaccard index");

  private ExpertSections() {}

  static Section use(ReportData data) {
    Section section = new Section("use", "Use of experts by data set");
    Judged last = QualitySections.mixture(data);
    if (last == null || last.use().isEmpty()) {
      return section.text("No mixture has been judged.");
    }
    List<String> sets = List.copyOf(last.use().keySet());
    int experts = last.use().values().iterator().next().size();
    List<Sheet> sheets = new ArrayList<>();
    sheets.add(new Sheet("all layers", sets.stream().map(last.use()::get).toList()));
    shares(data.metrics(), last.model(), sets, experts)
        .forEach((layer, values) -> sheets.add(new Sheet("layer " + layer, values)));
    section
        .text(
            "Share of the tokens of each data set (rows) that each expert (columns) of the %s model got."
                .formatted(last.model()))
        .chart(
            new HeatMap(
                "Use of experts by data set", sets, experts(experts), List.of(), true, sheets));
    if (sheets.size() == 1) {
      section.text(
          data.journal() == null
              ? "The use in each layer is in the page that `./shoal report` writes."
              : "The use in each layer was not recorded when this model was judged.");
    }
    return last.warning().isEmpty() ? section : section.text(last.warning());
  }

  /** By layer, [data sets, experts]. */
  private static Map<Long, List<List<Double>>> shares(
      List<Series> metrics, String model, List<String> sets, int experts) {
    Map<Long, List<List<Double>>> layers = new TreeMap<>();
    for (Series series : metrics) {
      if (series.shard().equals(model) && series.metric().startsWith(SHARE)) {
        String[] name = series.metric().substring(SHARE.length()).split("/", 2);
        int expert = Integer.parseInt(name[0]);
        int set = sets.indexOf(name[1]);
        if (set >= 0 && expert < experts) {
          series.points().stream()
              .map(p -> Map.entry(p.step(), p.value()))
              .forEach(
                  p ->
                      layers
                          .computeIfAbsent(p.getKey(), l -> empty(sets.size(), experts))
                          .get(set)
                          .set(expert, p.getValue()));
        }
      }
    }
    return layers;
  }

  private static List<List<Double>> empty(int rows, int columns) {
    List<List<Double>> matrix = new ArrayList<>();
    for (int r = 0; r < rows; r++) {
      matrix.add(new ArrayList<>(Collections.nCopies(columns, null)));
    }
    return matrix;
  }

  static Section overlap(ReportData.Journal journal) {
    Section section = new Section("overlap", "Overlap of kept channels");
    if (journal == null) {
      return section.text("It is in the page that `./shoal report` writes.");
    }
    if (journal.overlap().isEmpty()) {
      return section.text(
          "No experts have been built, or the artifact that holds them cannot be read from here.");
    }
    List<String> names = experts(journal.overlap().size());
    return section
        .text(
            "Of the channels that two experts keep, the share that both keep (Jaccard index),"
                + " averaged over layers: 1 for equal experts, 0 for disjoint ones.")
        .chart(
            new HeatMap(
                "Overlap of kept channels between experts",
                names,
                names,
                List.of(),
                false,
                List.of(new Sheet("overlap", journal.overlap()))));
  }

  static Section layers(ReportData data) {
    Section section = new Section("layers", "Layer by layer");
    if (data.journal() == null) {
      return section.text("It is in the page that `./shoal report` writes.");
    }
    Map<String, List<Line>> charts = new LinkedHashMap<>();
    for (Series series : data.metrics()) {
      String words = BY_LAYER.get(series.metric());
      if (words != null) {
        boolean error = series.metric().startsWith("expert_error");
        String name = series.shard().isEmpty() || error ? words : series.shard();
        charts
            .computeIfAbsent(error ? "relative error" : words, w -> new ArrayList<>())
            .add(new Line(name, points(series), List.of()));
      }
    }
    if (charts.isEmpty()) {
      return section.text("Nothing has been recorded by layer.");
    }
    charts.forEach(
        (name, lines) ->
            section.chart(new Chart.Lines(title(name), "layer", name, lines, List.of())));
    return section;
  }

  private static String title(String name) {
    return Character.toUpperCase(name.charAt(0)) + name.substring(1) + ", by layer";
  }

  private static List<XY> points(Series series) {
    return series.points().stream().map(p -> new XY(p.step(), p.value())).toList();
  }

  private static List<String> experts(int count) {
    return IntStream.range(0, count).mapToObj(e -> "expert " + e).toList();
  }
}
