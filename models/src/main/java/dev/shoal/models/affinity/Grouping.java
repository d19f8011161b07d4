package dev.shoal.models.affinity;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Which data sets calibrate an expert together.
 *
 * @param groups names of the data sets, one list per expert in expert order
 * @param merges every join, nearest first; indices are those of the affinity's names
 * @param reasons one line for each choice made on the way
 */
public record Grouping(List<List<String>> groups, List<Merge> merges, List<String> reasons) {

  /** Copies its lists. */
  public Grouping {
    groups = groups.stream().map(List::copyOf).toList();
    merges = List.copyOf(merges);
    reasons = List.copyOf(reasons);
  }

  /**
   * Clusters the rows of the normalised affinity by 1 - Pearson and average linkage.
   *
   * @param groups experts, in [1, D]; D gives every data set an expert of its own
   * @throws IllegalArgumentException when there are fewer data sets than experts
   */
  public static Grouping of(Affinity affinity, int groups) {
    checkGroups(affinity.names(), groups);
    double[][] distance = PearsonDistance.of(affinity.normalised());
    Dendrogram tree = Agglomerative.cluster(distance, Linkage.AVERAGE);
    List<List<String>> named =
        tree.cut(groups).stream()
            .map(group -> group.stream().map(affinity.names()::get).toList())
            .toList();
    return new Grouping(named, tree.merges(), reasons(affinity, tree, groups));
  }

  private static void checkGroups(List<String> names, int groups) {
    if (groups < 1) {
      throw new IllegalArgumentException(
          "experts.num_experts: %d; at least 1 is needed".formatted(groups));
    }
    if (groups > names.size()) {
      throw new IllegalArgumentException(
          "experts.num_experts: %d experts need as many data sets, but there are %d (%s); ask for at most %d experts, add data sets, or build experts by tokens"
              .formatted(groups, names.size(), String.join(", ", names), names.size()));
    }
  }

  private static List<String> reasons(Affinity affinity, Dendrogram tree, int groups) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "values: best perplexity of the column over perplexity, so that easy and hard text weigh the same");
    lines.add(
        "vectors: rows, the profile of what a calibration is good for, because experts are calibrations");
    lines.add("distance: 1 - Pearson correlation, which compares shapes and not levels");
    lines.add(
        "linkage: average, the mean over all pairs, as correlation distance is not Euclidean");
    lines.add(
        "diagonal: %d of %d data sets are best served by their own calibration"
            .formatted(affinity.diagonalWins(), affinity.size()));
    lines.add(cutReason(tree, groups));
    return lines;
  }

  private static String cutReason(Dendrogram tree, int groups) {
    int joined = tree.leaves() - groups;
    String last = joined == 0 ? "nothing joined" : "last join at " + height(tree, joined - 1);
    String next =
        groups == 1 ? "nothing left to join" : "the next would be at " + height(tree, joined);
    return "groups: %d, one per expert; %s, %s".formatted(groups, last, next);
  }

  private static String height(Dendrogram tree, int merge) {
    return String.format(Locale.ROOT, "%.4f", tree.merges().get(merge).height());
  }
}
