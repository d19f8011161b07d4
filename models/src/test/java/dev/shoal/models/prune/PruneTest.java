package dev.shoal.models.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Pruning")
class PruneTest {

  @Test
  @DisplayName("scores a channel by its variance times the squared norm of its down column")
  void wifv() {
    float[] down = {1, 2, 3, /* row 2 */ -4, 0, 0.5f}; // [2, 3]
    assertThat(ImportanceScore.wifv(new double[] {1, 10, 2}, down, 2))
        .containsExactly(17, 40, 18.5);
  }

  @Test
  @DisplayName("refuses weights of another shape than the statistics")
  void shape() {
    assertThatThrownBy(() -> ImportanceScore.wifv(new double[3], new float[5], 2))
        .hasMessage(
            "down_proj: 5 weights, expected 2 x 3 (hidden x channels); statistics and weights must come from the same model");
  }

  @Test
  @DisplayName("keeps exactly the best channels in ascending order, ties to the lower index")
  void top() {
    assertThat(ChannelSelection.top(new double[] {5, 1, 9, 5, 5}, 3)).containsExactly(0, 2, 3);
    assertThat(ChannelSelection.top(new double[] {0, 0, 0, 0}, 2)).containsExactly(0, 1);
    assertThat(ChannelSelection.top(new double[] {-0.0, 0.0}, 1)).containsExactly(0);
    assertThat(ChannelSelection.top(new double[] {3, 1, 2}, 3)).containsExactly(0, 1, 2);
  }

  @Test
  @DisplayName("refuses a score that is not a number and a width that is impossible")
  void topRefusals() {
    assertThatThrownBy(() -> ChannelSelection.top(new double[] {1, Double.NaN}, 1))
        .hasMessage(
            "importance score: channel 1 of 2 is NaN; the statistics or the weights are damaged, calibrate again");
    assertThatThrownBy(() -> ChannelSelection.top(new double[] {1, 2}, 3))
        .hasMessage("expert width: 3 channels of 2; keep at least 1 and at most all of them");
  }

  @Test
  @DisplayName("replaces removed channels by their mean output")
  void meanBias() {
    float[] down = {1, 2, 3, /* row 2 */ -4, 0, 0.5f};
    double[] mean = {2, 7, 4};
    assertThat(MeanBias.of(mean, down, 2, new int[] {1})).containsExactly(14, -6);
    assertThat(MeanBias.of(mean, down, 2, new int[] {0, 1, 2})).containsExactly(0, 0);
  }

  @Test
  @DisplayName("measures overlap as shared channels over all channels")
  void jaccard() {
    assertThat(ChannelOverlap.jaccard(new int[] {0, 2, 5}, new int[] {2, 3, 5})).isEqualTo(0.5);
    assertThat(ChannelOverlap.jaccard(new int[] {0, 1}, new int[] {2, 3})).isZero();
    assertThat(ChannelOverlap.jaccard(new int[] {4}, new int[] {4})).isEqualTo(1);
    assertThat(ChannelOverlap.jaccard(new int[0], new int[0])).isEqualTo(1);
    assertThat(ChannelOverlap.mean(new int[][] {{0, 1}, {0, 1}, {2, 3}})) // pairs: 1, 0, 0
        .isEqualTo(1 / 3.0);
  }
}
