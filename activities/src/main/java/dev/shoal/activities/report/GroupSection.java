package dev.shoal.activities.report;

import dev.shoal.activities.report.ReportData.Groups;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Which data sets share an expert, and why. */
final class GroupSection {

  private final Groups groups;
  private final Map<Integer, List<Integer>> members = new HashMap<>();
  private final Map<Integer, Double> heights = new HashMap<>();

  private GroupSection(Groups groups) {
    this.groups = groups;
    IntStream.range(0, groups.names().size())
        .forEach(
            leaf -> {
              members.put(leaf, List.of(leaf));
              heights.put(leaf, 0.0);
            });
  }

  /** Nothing where experts are not for groups, or not yet. */
  static Optional<Section> of(Groups groups) {
    return Optional.ofNullable(groups).map(known -> new GroupSection(known).section());
  }

  private Section section() {
    List<List<String>> rows = new ArrayList<>();
    for (int e = 0; e < groups.groups().size(); e++) {
      rows.add(List.of("expert " + e, String.join(", ", groups.groups().get(e))));
    }
    List<Integer> order = order();
    List<String> names = order.stream().map(groups.names()::get).toList();
    List<List<Double>> values =
        order.stream()
            .map(r -> order.stream().map(c -> groups.affinity().get(r).get(c)).toList())
            .toList();
    return new Section("groups", "Groups of data sets")
        .table("Data sets of each expert", new Table(List.of("expert", "data sets"), rows))
        .text(
            "Each row is the model pruned by the calibration of one data set, each column the data"
                + " set it is judged on: the best perplexity of the column over this one. 1 is the"
                + " best calibration for that data set; data sets with alike rows share an expert.")
        .chart(
            new Chart.HeatMap(
                "Affinity of data sets: calibrated on (rows), judged on (columns)",
                names,
                names,
                joins(order),
                false,
                List.of(new Chart.Sheet("affinity", values))))
        .list(groups.reasons());
  }

  /** Leaves so that no two branches cross; by group where there is no tree. */
  private List<Integer> order() {
    int leaves = groups.names().size();
    if (groups.joins().size() != leaves - 1 || leaves == 1) {
      return groups.groups().stream()
          .flatMap(List::stream)
          .map(name -> groups.names().indexOf(name))
          .toList();
    }
    Map<Integer, List<Integer>> joined = new HashMap<>(members);
    for (ReportData.Join join : groups.joins()) {
      List<Integer> both = new ArrayList<>(joined.get(join.first()));
      both.addAll(joined.remove(join.second()));
      joined.put(join.first(), both);
    }
    return joined.values().iterator().next();
  }

  private List<Chart.Join> joins(List<Integer> order) {
    List<Chart.Join> drawn = new ArrayList<>();
    Map<Integer, Double> places = new HashMap<>();
    IntStream.range(0, order.size()).forEach(p -> places.put(order.get(p), (double) p));
    for (ReportData.Join join : groups.joins()) {
      double first = places.get(join.first());
      double second = places.get(join.second());
      drawn.add(
          new Chart.Join(
              first, heights.get(join.first()), second, heights.get(join.second()), join.height()));
      places.put(join.first(), (first + second) / 2);
      heights.put(join.first(), join.height());
    }
    return drawn;
  }
}
