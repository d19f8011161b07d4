package dev.shoal.models.affinity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The Pearson distance")
class PearsonDistanceTest {

  @Test
  @DisplayName("is 0 for rows of one shape, 2 for opposite ones and 1 - r between")
  void byHand() {
    double[][] d =
        PearsonDistance.of(new double[][] {{1, 2, 3}, {10, 20, 30}, {-1, -2, -3}, {1, 3, 2}});
    assertThat(d[0][1]).isCloseTo(0, within(1e-15));
    assertThat(d[0][2]).isCloseTo(2, within(1e-15));
    assertThat(d[0][3]).isCloseTo(0.5, within(1e-15)); // r = 1 / (sqrt 2 sqrt 2)
    assertThat(d[3][0]).isEqualTo(d[0][3]);
  }

  @Test
  @DisplayName("of a constant row is 1 to every other row and 0 to itself, never NaN")
  void constantRow() {
    // The mean of three times 0.1 is not 0.1 in binary.
    double[][] rows = {{0.1, 0.1, 0.1}, {1, 2, 3}, {7, 7, 7}};
    assertThat(PearsonDistance.of(rows))
        .isDeepEqualTo(new double[][] {{0, 1, 1}, {1, 0, 1}, {1, 1, 0}});
  }

  @Test
  @DisplayName("survives spreads whose squares are not representable")
  void extremes() {
    double[][] d = PearsonDistance.of(new double[][] {{0, 1e-200, 2e-200}, {0, 1e200, 2e200}});
    assertThat(d[0][1]).isCloseTo(0, within(1e-15));
  }
}
