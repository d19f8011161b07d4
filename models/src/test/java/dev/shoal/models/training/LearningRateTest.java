package dev.shoal.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The learning rate")
class LearningRateTest {

  @Test
  @DisplayName("warms up in equal steps, is 0.55 half way down and a tenth in the last step")
  void cosine() {
    LearningRate rate = new LearningRate(2, true, 4);
    assertThat(rate.at(0, 15)).isEqualTo(0.5);
    assertThat(rate.at(3, 15)).isEqualTo(2);
    assertThat(rate.at(4, 15)).isEqualTo(2);
    assertThat(rate.at(9, 15)).isCloseTo(1.1, within(1e-12));
    assertThat(rate.at(14, 15)).isCloseTo(0.2, within(1e-12));
  }

  @Test
  @DisplayName("stays where it is when it is constant")
  void constant() {
    assertThat(LearningRate.constant(3).at(0, 10)).isEqualTo(3);
    assertThat(LearningRate.constant(3).at(9, 10)).isEqualTo(3);
  }
}
