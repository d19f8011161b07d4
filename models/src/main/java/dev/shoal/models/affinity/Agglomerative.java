package dev.shoal.models.affinity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Hierarchical clustering: the two nearest clusters join until one is left.
 *
 * <p>Clusters are named by their smallest member. Among pairs at equal distance the one with the
 * lowest first name joins, then the one with the lowest second. O(D^3) for D leaves.
 */
public final class Agglomerative {

  private final double[][] distance; // between clusters, at the rows of their smallest members
  private final int[] size; // 0 once joined into another cluster
  private final Linkage linkage;

  private Agglomerative(double[][] distance, Linkage linkage) {
    this.distance = Arrays.stream(distance).map(double[]::clone).toArray(double[][]::new);
    this.size = new int[distance.length];
    Arrays.fill(size, 1);
    this.linkage = linkage;
  }

  /**
   * Clusters D leaves.
   *
   * @param distance symmetric and free of NaN, [D, D]; not changed
   */
  public static Dendrogram cluster(double[][] distance, Linkage linkage) {
    Agglomerative state = new Agglomerative(distance, linkage);
    List<Merge> merges = new ArrayList<>();
    while (merges.size() < distance.length - 1) {
      Merge nearest = state.nearestPair();
      state.join(nearest);
      merges.add(nearest);
    }
    return new Dendrogram(distance.length, merges);
  }

  private Merge nearestPair() {
    Merge nearest = null;
    for (int a = 0; a < size.length; a++) {
      for (int b = a + 1; b < size.length; b++) {
        boolean present = size[a] > 0 && size[b] > 0;
        if (present && (nearest == null || distance[a][b] < nearest.height())) {
          nearest = new Merge(a, b, distance[a][b]);
        }
      }
    }
    return nearest;
  }

  private void join(Merge merge) {
    int a = merge.first();
    int b = merge.second();
    for (int c = 0; c < size.length; c++) {
      if (c != a && c != b && size[c] > 0) {
        distance[a][c] = linkage.toUnion(distance[a][c], size[a], distance[b][c], size[b]);
        distance[c][a] = distance[a][c];
      }
    }
    size[a] += size[b];
    size[b] = 0;
  }
}
