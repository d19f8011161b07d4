package dev.shoal.models.affinity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The affinity")
class AffinityTest {

  private static final Affinity THREE =
      Affinity.of(
          List.of("code", "law", "prose"), new double[][] {{2, 40, 30}, {4, 20, 15}, {8, 25, 20}});

  @Test
  @DisplayName("is normalised by the best perplexity of each column")
  void normalised() {
    assertThat(THREE.normalised())
        .isDeepEqualTo(new double[][] {{1, .5, .5}, {.5, 1, 1}, {.25, .8, .75}});
  }

  @Test
  @DisplayName("counts the data sets whose own calibration serves them best")
  void diagonalWins() {
    assertThat(THREE.diagonalWins()).isEqualTo(2);
    assertThat(Affinity.of(List.of("a", "b"), new double[][] {{3, 9}, {3, 9}}).diagonalWins())
        .isEqualTo(2);
  }

  @Test
  @DisplayName("names the cell that is not a perplexity")
  void damagedCell() {
    assertThatThrownBy(
            () -> Affinity.of(List.of("a", "b"), new double[][] {{3, Double.NaN}, {3, 9}}))
        .hasMessage(
            "affinity: the model calibrated on a has perplexity NaN on b; it must be finite and above 0, measure that row again");
    assertThatThrownBy(() -> Affinity.of(List.of("a", "b"), new double[][] {{3, 1}}))
        .hasMessage(
            "affinity: rows of [2] perplexities for 2 data sets; every data set needs a row and a column");
    assertThatThrownBy(() -> Affinity.of(List.of("a", "a"), new double[2][2]))
        .hasMessage(
            "affinity: the data sets are [a, a]; at least one is needed and names must differ");
  }
}
