package dev.shoal.models.affinity;

import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The order in which leaves joined into one cluster.
 *
 * @param leaves D
 * @param merges the D - 1 joins, in order of rising height
 */
public record Dendrogram(int leaves, List<Merge> merges) {

  /** Refuses merges that do not join all leaves. */
  public Dendrogram {
    merges = List.copyOf(merges);
    if (leaves < 1 || merges.size() != leaves - 1) {
      throw new IllegalArgumentException(
          "dendrogram: %d merges of %d leaves; it takes one merge less than leaves"
              .formatted(merges.size(), leaves));
    }
  }

  /**
   * The n clusters that are left when the last n - 1 joins are undone.
   *
   * @param clusters n, in [1, D]
   * @return members in ascending order; clusters ordered by their smallest member
   */
  public List<List<Integer>> cut(int clusters) {
    if (clusters < 1 || clusters > leaves) {
      throw new IllegalArgumentException(
          "dendrogram: cannot cut %d leaves into %d clusters; ask for 1 to %d"
              .formatted(leaves, clusters, leaves));
    }
    TreeMap<Integer, TreeSet<Integer>> members = new TreeMap<>(); // by smallest member
    for (int leaf = 0; leaf < leaves; leaf++) {
      members.put(leaf, new TreeSet<>(List.of(leaf)));
    }
    for (Merge merge : merges.subList(0, leaves - clusters)) {
      members.get(merge.first()).addAll(members.remove(merge.second()));
    }
    return members.values().stream().map(List::copyOf).toList();
  }
}
