package dev.shoal.models.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Perplexity")
class PerplexityTest {

  @Test
  @DisplayName("weighs tokens: 2 tokens at log 2 and 6 at log 4 give exp(14/8 log 2)")
  void total() {
    double bit = Math.log(2);
    Nll total = Perplexity.total(List.of(new Nll(2 * bit, 2), new Nll(12 * bit, 6)));
    assertThat(total.tokens()).isEqualTo(8);
    assertThat(total.perplexity()).isCloseTo(Math.pow(2, 1.75), within(1e-12));
  }

  @Test
  @DisplayName("of data sets is a geometric mean: 2 and 32 give 8")
  void geometric() {
    List<Nll> sets = List.of(new Nll(10 * Math.log(2), 10), new Nll(Math.log(32), 1));
    assertThat(Perplexity.geometricMean(sets)).isCloseTo(8, within(1e-12));
  }

  @Test
  @DisplayName("of nothing is refused")
  void nothing() {
    assertThatThrownBy(() -> Nll.ZERO.perplexity())
        .hasMessage("a mean over no predicted tokens; give it at least one window");
  }
}
