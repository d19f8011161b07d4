package dev.shoal.models.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("FLAP statistics")
class FlapStatisticsTest {

  @TempDir private Path folder;

  @Test
  @DisplayName(
      "of {1, 3}, {4, 8} and {8, 10} are mean 17/3 and fluctuation 326/27, and differ in another order")
  void byHand() {
    // m: 2, 4, 17/3. Around m: {4, 8} gives 16, {8, 10} gives 49/9 + 169/9 = 218/9.
    // f: 0, then 16 / 2 = 8, then 8 / 2 + 218/27 = 326/27.
    FlapStatistics statistics = of(new double[][] {{1, 3}, {4, 8}, {8, 10}});
    assertThat(statistics.mean(0)[0]).isCloseTo(17.0 / 3, within(1e-14));
    assertThat(statistics.variance(0)[0]).isCloseTo(326.0 / 27, within(1e-14));
    FlapStatistics other = of(new double[][] {{8, 10}, {4, 8}, {1, 3}});
    assertThat(other.mean(0)[0]).isCloseTo(17.0 / 3, within(1e-14));
    assertThat(other.variance(0)).isNotEqualTo(statistics.variance(0));
  }

  @Test
  @DisplayName("come back from their file as they were")
  void file() {
    FlapStatistics statistics = of(new double[][] {{1, 3}, {4, 8}, {8, 10}});
    Path file = folder.resolve("statistics.safetensors");
    StatisticsFile.write(statistics, file);
    assertThat(StatisticsFile.readFlap(file)).usingRecursiveComparison().isEqualTo(statistics);
  }

  @Test
  @DisplayName("need a second window")
  void refusal() {
    assertThatThrownBy(() -> of(new double[][] {{1, 3}}).variance(0))
        .hasMessage(
            "FLAP statistics: layer 0 has seen 1 windows; the first is dropped, so give at least 2");
  }

  /** One layer of one channel; each window has two tokens. */
  private static FlapStatistics of(double[][] windows) {
    FlapStatistics statistics = new FlapStatistics(1, 1);
    for (double[] x : windows) {
      double apart = (x[0] - x[1]) / 2;
      statistics.add(0, 2, new double[] {(x[0] + x[1]) / 2}, new double[] {2 * apart * apart});
    }
    return statistics;
  }
}
