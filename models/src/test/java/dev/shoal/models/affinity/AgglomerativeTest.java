package dev.shoal.models.affinity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Agglomerative clustering")
class AgglomerativeTest {

  @Test
  @DisplayName("breaks ties by the lowest pair of smallest members")
  void ties() {
    double[][] equal = {{0, 1, 1, 1}, {1, 0, 1, 1}, {1, 1, 0, 1}, {1, 1, 1, 0}};
    assertThat(Agglomerative.cluster(equal, Linkage.AVERAGE).merges())
        .containsExactly(new Merge(0, 1, 1), new Merge(0, 2, 1), new Merge(0, 3, 1));
  }

  @Test
  @DisplayName("is cut into clusters ordered by their smallest member")
  void cut() {
    double[][] crossed = line(5, 0, 5.5, 0.25, 9);
    Dendrogram tree = Agglomerative.cluster(crossed, Linkage.AVERAGE);
    assertThat(tree.cut(3)).containsExactly(List.of(0, 2), List.of(1, 3), List.of(4));
    assertThat(tree.cut(1)).containsExactly(List.of(0, 1, 2, 3, 4));
    assertThat(tree.cut(5)).hasSize(5);
    assertThatThrownBy(() -> tree.cut(6))
        .hasMessage("dendrogram: cannot cut 5 leaves into 6 clusters; ask for 1 to 5");
  }

  @ParameterizedTest
  @EnumSource(Linkage.class)
  @DisplayName("agrees with recomputing every cluster distance from the original ones")
  void agreesWithNaive(Linkage linkage) {
    Random random = new Random(11);
    for (int trial = 0; trial < 50; trial++) {
      double[][] distance = randomDistances(2 + random.nextInt(12), random);
      List<Merge> fast = Agglomerative.cluster(distance, linkage).merges();
      List<Merge> naive = naive(distance, linkage);
      assertThat(fast).hasSameSizeAs(naive);
      for (int i = 0; i < naive.size(); i++) {
        assertThat(fast.get(i).first()).isEqualTo(naive.get(i).first());
        assertThat(fast.get(i).second()).isEqualTo(naive.get(i).second());
        // Averages are summed in another order.
        assertThat(fast.get(i).height()).isCloseTo(naive.get(i).height(), within(1e-13));
      }
    }
  }

  private static List<Merge> naive(double[][] distance, Linkage linkage) {
    List<List<Integer>> clusters = new ArrayList<>();
    for (int i = 0; i < distance.length; i++) {
      clusters.add(new ArrayList<>(List.of(i)));
    }
    List<Merge> merges = new ArrayList<>();
    while (clusters.size() > 1) {
      int bestA = 0;
      int bestB = 1;
      for (int a = 0; a < clusters.size(); a++) {
        for (int b = a + 1; b < clusters.size(); b++) {
          if (between(clusters.get(a), clusters.get(b), distance, linkage)
              < between(clusters.get(bestA), clusters.get(bestB), distance, linkage)) {
            bestA = a;
            bestB = b;
          }
        }
      }
      List<Integer> a = clusters.get(bestA);
      List<Integer> b = clusters.remove(bestB);
      merges.add(new Merge(a.get(0), b.get(0), between(a, b, distance, linkage)));
      a.addAll(b); // a's first member stays its smallest
    }
    return merges;
  }

  private static double between(
      List<Integer> a, List<Integer> b, double[][] distance, Linkage linkage) {
    double[] pairs =
        a.stream().flatMapToDouble(i -> b.stream().mapToDouble(j -> distance[i][j])).toArray();
    return switch (linkage) {
      case AVERAGE -> DoubleStream.of(pairs).average().orElseThrow();
      case COMPLETE -> DoubleStream.of(pairs).max().orElseThrow();
      case SINGLE -> DoubleStream.of(pairs).min().orElseThrow();
    };
  }

  private static double[][] randomDistances(int size, Random random) {
    double[][] distance = new double[size][size];
    for (int a = 0; a < size; a++) {
      for (int b = a + 1; b < size; b++) {
        distance[a][b] = 2 * random.nextDouble();
        distance[b][a] = distance[a][b];
      }
    }
    return distance;
  }

  private static double[][] line(double... points) {
    double[][] distance = new double[points.length][points.length];
    for (int a = 0; a < points.length; a++) {
      for (int b = 0; b < points.length; b++) {
        distance[a][b] = Math.abs(points[a] - points[b]);
      }
    }
    return distance;
  }
}
