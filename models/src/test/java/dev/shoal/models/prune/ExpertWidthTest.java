package dev.shoal.models.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An expert width")
class ExpertWidthTest {

  @ParameterizedTest(name = "{0} of {1} channels keeps {2}")
  @CsvSource({
    "0.1, 10, 1",
    "0.3, 10, 3",
    "0.7, 5632, 3943", // 5632 - floor(1689.6)
    "0.5, 5632, 2816",
    "0.25, 5632, 1408",
    "0.5, 5, 3",
    "0.0001, 10, 1",
    "1, 10, 10",
    "1.0, 10, 10",
    "1e0, 10, 10",
    "7, 10, 7",
    "10.0, 10, 10",
    "2e3, 5632, 2000",
  })
  @DisplayName("keeps F - floor(F (1 - width)) channels, exact in decimal")
  void channels(String value, int intermediateSize, int kept) {
    assertThat(width(value).channels(intermediateSize)).isEqualTo(kept);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-0.5", "1.5", "-3"})
  @DisplayName("is neither zero, negative nor a broken number of channels")
  void refused(String value) {
    assertThatThrownBy(() -> width(value))
        .hasMessage(
            "experts.width: %s; give a share of the dense FFN in (0, 1], such as 0.5, or a whole number of channels"
                .formatted(value));
  }

  @Test
  @DisplayName("cannot ask for more channels than there are")
  void tooMany() {
    assertThatThrownBy(() -> width("6000").channels(5632))
        .hasMessage(
            "experts.width: 6000 channels; the dense FFN has 5632, ask for at most as many or for a share such as 0.5");
  }

  @Test
  @DisplayName("is the same however it is written")
  void equality() {
    assertThat(width("0.50")).isEqualTo(width("0.5"));
    assertThat(width("2000")).isEqualTo(width("2e3"));
  }

  private static ExpertWidth width(String value) {
    return ExpertWidth.parse(new BigDecimal(value));
  }
}
