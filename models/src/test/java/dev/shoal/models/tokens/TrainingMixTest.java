package dev.shoal.models.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.shoal.models.tokens.TrainingMix.Source;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A training mix")
class TrainingMixTest {

  @TempDir Path folder;

  /** Ids count up from {@code first}, so a window tells where it came from. */
  private TokenFile tokens(String name, int first, int count) {
    try (TokenWriter writer = new TokenWriter(folder.resolve(name))) {
      writer.add(IntStream.range(first, first + count).toArray());
    }
    return TokenFile.open(folder.resolve(name));
  }

  private TrainingMix mix(long seed) {
    Source a = new Source("a", tokens("a", 0, 50), 3); // 12 windows of 4 tokens
    Source b = new Source("b", tokens("b", 1000, 23), 1); // 5 windows
    return new TrainingMix(List.of(a, b), 4, seed);
  }

  @Test
  @DisplayName("gives the same batch cold, in order, and after going back")
  void pure() {
    int[][] cold = mix(1).batch(7, 3);
    TrainingMix ordered = mix(1);
    List<int[][]> batches = new ArrayList<>();
    for (int step = 0; step < 20; step++) {
      batches.add(ordered.batch(step, 3));
    }
    assertThat(batches.get(7)).isDeepEqualTo(cold);
    assertThat(ordered.batch(7, 3)).isDeepEqualTo(cold);
    assertThat(ordered.batch(3, 3)).isDeepEqualTo(batches.get(3));
    assertThat(ordered.batch(15, 3)).isDeepEqualTo(batches.get(15));
    assertThat(mix(2).batch(7, 3)).isNotEqualTo(cold);
  }

  @Test
  @DisplayName("is the same stream of slots whatever the number of sequences in a batch")
  void slots() {
    int[][] six = mix(1).batch(1, 6);
    assertThat(mix(1).batch(3, 3)).isDeepEqualTo(new int[][] {six[3], six[4], six[5]});
  }

  @Test
  @DisplayName("says which data set each sequence of a batch is of")
  void dataSets() {
    int[] ofFirsts = firsts(mix(1).batch(7, 30)).stream().mapToInt(id -> id / 1000).toArray();
    assertThat(mix(1).dataSets(7, 30)).containsExactly(ofFirsts).contains(0, 1);
  }

  @Test
  @DisplayName("sees every window of a data set once in an epoch, in another order each time")
  void epochs() {
    TrainingMix mix = new TrainingMix(List.of(new Source("a", tokens("a", 0, 50), 1)), 4, 5);
    List<Integer> first = firsts(mix.batch(0, 12));
    List<Integer> second = firsts(mix.batch(1, 12));
    Set<Integer> all = new HashSet<>(IntStream.range(0, 12).mapToObj(i -> 4 * i).toList());
    assertThat(new HashSet<>(first)).isEqualTo(all);
    assertThat(new HashSet<>(second)).isEqualTo(all);
    assertThat(second).isNotEqualTo(first);
  }

  private static List<Integer> firsts(int[][] batch) {
    List<Integer> firsts = new ArrayList<>();
    for (int[] window : batch) {
      firsts.add(window[0]);
    }
    return firsts;
  }

  @Test
  @DisplayName("draws data sets by weight, and says how often each will be seen")
  void weights() {
    TrainingMix mix = mix(1);
    long fromA = firsts(mix.batch(0, 4000)).stream().filter(id -> id < 1000).count();
    // 3000 expected, standard deviation 27; the draw is fixed, so this never flickers
    assertThat((double) fromA).isCloseTo(3000, within(100.0));
    assertThat(mix.epochs(4000)).containsEntry("a", 250.0).containsEntry("b", 200.0);
  }

  @Test
  @DisplayName("keeps its order for good")
  void golden() {
    assertThat(firsts(mix(1).batch(0, 8))).containsExactly(28, 0, 1016, 8, 1012, 12, 1000, 16);
  }

  @Test
  @DisplayName("is refused with too little text, no data set or no weight")
  void refused() {
    assertThatThrownBy(() -> new TrainingMix(List.of(new Source("a", tokens("a", 0, 3), 1)), 4, 1))
        .hasMessage(
            "data set 'a' has 3 tokens, expected at least one sequence of 4; use more text");
    assertThatThrownBy(() -> new TrainingMix(List.of(), 4, 1))
        .hasMessage("a mix needs at least one data set");
    assertThatThrownBy(() -> new Source("a", tokens("a", 0, 3), 0))
        .hasMessage("weight of data set 'a' is 0.0, expected a positive number");
  }

  @Test
  @DisplayName("rests on windows that do not overlap and leave the rest out")
  void windows() {
    TokenFile file = tokens("c", 0, 11);
    Windows inOrder = Windows.inOrder(file, 3);
    assertThat(inOrder.count()).isEqualTo(3);
    assertThat(inOrder.get(2)).containsExactly(6, 7, 8);
    Windows shuffled = new Windows(file, 3, 42, "calibration");
    assertThat(IntStream.range(0, 3).mapToLong(shuffled::offset))
        .containsExactlyInAnyOrder(0L, 3L, 6L);
    assertThat(new Windows(file, 12, 42, "x").count()).isZero();
  }
}
