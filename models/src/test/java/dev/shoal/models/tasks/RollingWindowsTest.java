package dev.shoal.models.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Windows over a long text")
class RollingWindowsTest {

  private static final int[] TEXT = {10, 11, 12, 13, 14, 15, 16, 17, 18, 19};

  @Test
  @DisplayName(
      "score every token once, the first after the prefix, the last as far back as the model reads")
  void every() {
    List<Sequence> windows = RollingWindows.every(TEXT, 1, 4);
    assertThat(windows).extracting(Sequence::scoredFrom).containsExactly(1, 1, 3);
    assertThat(windows.get(0).tokens()).containsExactly(1, 10, 11, 12, 13);
    assertThat(windows.get(1).tokens()).containsExactly(13, 14, 15, 16, 17);
    assertThat(windows.get(2).tokens()).containsExactly(15, 16, 17, 18, 19);
    assertThat(RollingWindows.every(new int[0], 1, 4)).isEmpty();
  }

  @Test
  @DisplayName("may be disjoint, with the rest dropped")
  void disjoint() {
    List<Sequence> windows = RollingWindows.disjoint(TEXT, 4);
    assertThat(windows).hasSize(2).extracting(Sequence::scoredFrom).containsOnly(1);
    assertThat(windows.get(1).tokens()).containsExactly(14, 15, 16, 17);
  }

  @Test
  @DisplayName("a context that is too long loses its beginning, and what was lost is counted")
  void truncation() {
    Sequence sequence = Sequence.of(new int[] {1, 2, 3, 4, 5}, new int[] {6, 7}, 4);
    assertThat(sequence.tokens()).containsExactly(3, 4, 5, 6, 7);
    assertThat(sequence.scoredFrom()).isEqualTo(3);
    assertThat(sequence.truncated()).isEqualTo(2);
    Sequence whole = Sequence.of(new int[] {1, 2}, new int[] {3, 4, 5, 6}, 4);
    assertThat(whole.tokens()).containsExactly(2, 3, 4, 5, 6);
    assertThat(whole.scoredFrom()).isEqualTo(1);
  }
}
