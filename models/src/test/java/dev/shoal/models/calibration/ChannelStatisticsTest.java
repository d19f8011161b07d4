package dev.shoal.models.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Channel statistics")
class ChannelStatisticsTest {

  @Test
  @DisplayName("of 1, 2 and 6 are count 3, mean 3 and variance 7, merged from {1, 2} and {6}")
  void mergesByHand() {
    ChannelStatistics statistics = new ChannelStatistics(1, 1);
    statistics.add(0, 2, new double[] {1.5}, new double[] {0.5});
    statistics.add(0, 1, new double[] {6}, new double[] {0});

    assertThat(statistics.count(0)).isEqualTo(3);
    assertThat(statistics.mean(0)).containsExactly(3);
    assertThat(statistics.m2(0)).containsExactly(14);
    assertThat(statistics.variance(0)).containsExactly(7);
  }

  @ParameterizedTest(name = "offset {0}")
  @ValueSource(doubles = {0, 1, 1e3, 1e6, 1e9})
  @DisplayName("equal the exact result for any split in any order")
  void streamingEqualsExact(double offset) {
    Random random = new Random(7);
    double[] data = random.doubles(4096).map(x -> offset + x).toArray();
    double exact = exactVariance(data);
    for (int trial = 0; trial < 20; trial++) {
      ChannelStatistics merged = mergeInAnyOrder(data, random);
      assertThat(merged.count(0)).isEqualTo(data.length);
      assertThat(merged.variance(0)[0]).isCloseTo(exact, within(exact * tolerance(offset)));
    }
  }

  // 1e-12, or a rounded mean of the merged pieces: ulp(offset) in units of the spread (0.29).
  private static double tolerance(double offset) {
    return Math.max(1e-12, Math.ulp(offset) / 0.29);
  }

  @Test
  @DisplayName("add up without changing either operand")
  void plusIsPure() {
    ChannelStatistics one = statisticsOf(1, 3);
    ChannelStatistics two = statisticsOf(8);
    ChannelStatistics sum = one.plus(two);

    assertThat(sum.mean(0)).containsExactly(4);
    assertThat(sum.m2(0)).containsExactly(26);
    assertThat(one.count(0)).isEqualTo(2);
    assertThat(one.mean(0)).containsExactly(2);
    assertThat(two.count(0)).isEqualTo(1);
  }

  @Test
  @DisplayName("of an empty piece change nothing")
  void emptyPiece() {
    ChannelStatistics statistics = statisticsOf(1, 3);
    statistics.add(0, 0, new double[] {Double.NaN}, new double[] {Double.NaN});
    assertThat(statistics.plus(new ChannelStatistics(1, 1)).variance(0)).containsExactly(2);
  }

  @Test
  @DisplayName("refuse damaged values, other shapes and a variance of one token")
  void refusals() {
    ChannelStatistics statistics = new ChannelStatistics(2, 2);
    double[] good = {1, 1};
    assertThatThrownBy(() -> statistics.add(1, 4, new double[] {1, Double.NaN}, good))
        .hasMessage(
            "channel statistics: layer 1, channel 1: mean NaN, squared deviations 1.0; both must be finite and the second not negative, so the model or its input is damaged");
    assertThatThrownBy(() -> statistics.add(0, 4, new double[3], good))
        .hasMessage(
            "channel statistics: layer 0: 3 means and 2 squared deviations; the model has 2 channels");
    assertThatThrownBy(() -> statistics.add(2, 4, good, good))
        .hasMessage("channel statistics: layer 2 of 2 layers; layers count from 0");
    assertThatThrownBy(() -> statistics.variance(0))
        .hasMessage(
            "channel statistics: layer 0 has seen 0 tokens; a variance needs at least 2, calibrate it first");
    assertThatThrownBy(() -> statistics.plus(new ChannelStatistics(2, 3)))
        .hasMessage(
            "channel statistics: cannot add 2 layers of 3 channels to 2 layers of 2 channels; both must come from the same model");
    assertThat(statistics.count(1)).isZero();
  }

  private static ChannelStatistics mergeInAnyOrder(double[] data, Random random) {
    List<ChannelStatistics> pieces = new ArrayList<>();
    for (int from = 0; from < data.length; ) {
      int to = Math.min(data.length, from + 1 + random.nextInt(300));
      pieces.add(statisticsOf(Arrays.copyOfRange(data, from, to)));
      from = to;
    }
    Collections.shuffle(pieces, random);
    return pieces.stream().reduce(new ChannelStatistics(1, 1), ChannelStatistics::plus);
  }

  private static ChannelStatistics statisticsOf(double... data) {
    double mean = Arrays.stream(data).sum() / data.length;
    double m2 = Arrays.stream(data).map(x -> (x - mean) * (x - mean)).sum();
    ChannelStatistics statistics = new ChannelStatistics(1, 1);
    statistics.add(0, data.length, new double[] {mean}, new double[] {m2});
    return statistics;
  }

  /** Two passes in decimal arithmetic: no rounding that matters. */
  private static double exactVariance(double[] data) {
    BigDecimal count = BigDecimal.valueOf(data.length);
    BigDecimal sum = BigDecimal.ZERO;
    for (double x : data) {
      sum = sum.add(new BigDecimal(x));
    }
    BigDecimal mean = sum.divide(count, MathContext.DECIMAL128);
    BigDecimal m2 = BigDecimal.ZERO;
    for (double x : data) {
      m2 = m2.add(new BigDecimal(x).subtract(mean).pow(2));
    }
    return m2.divide(count.subtract(BigDecimal.ONE), MathContext.DECIMAL128).doubleValue();
  }
}
