package dev.shoal.models.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The use of experts")
class ExpertUseTest {

  @Test
  @DisplayName("tells as much about the data set as its experts are its own")
  void information() {
    List<ExpertUse> layers =
        ExpertUse.of(
            List.of(
                List.of(List.of(10L, 0L), List.of(5L, 5L), List.of(9L, 3L)),
                List.of(List.of(0L, 400L), List.of(200L, 200L), List.of(1L, 3L))));
    // each data set has an expert of its own
    assertThat(layers.get(0).entropy()).isCloseTo(1, within(1e-12));
    assertThat(layers.get(0).information()).isCloseTo(Math.log(2), within(1e-12));
    // both are shared out alike
    assertThat(layers.get(1).entropy()).isCloseTo(1, within(1e-12));
    assertThat(layers.get(1).information()).isZero();
    // 3/4 and 1/4 against 1/4 and 3/4: log 2 less the entropy of 1/4
    double quarter = 0.25 * Math.log(4) + 0.75 * Math.log(4 / 3.0);
    assertThat(layers.get(2).information()).isCloseTo(Math.log(2) - quarter, within(1e-12));
  }

  @Test
  @DisplayName("counts experts that got nothing")
  void unused() {
    ExpertUse layer = ExpertUse.of(List.of(List.of(List.of(0L, 7L, 0L)))).get(0);
    assertThat(layer).isEqualTo(new ExpertUse(0, 0, 2));
  }
}
