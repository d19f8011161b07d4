package dev.shoal.models.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.shoal.models.Progress;
import dev.shoal.models.engine.Device;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.NaiveLlama;
import dev.shoal.models.llama.TinyModels;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The calibration pass")
class CalibrationPassTest {

  private static final int[][] WINDOWS = TinyModels.windows(3, 10, 5);

  @Test
  @DisplayName("finds the mean and spread that two passes over the naive model find")
  void oracle() {
    List<List<double[]>> seen = List.of(new ArrayList<>(), new ArrayList<>());
    NaiveLlama naive = new NaiveLlama(TinyModels.config(false), TinyModels.weights(1));
    for (int[] window : WINDOWS) {
      naive.logits(
          window,
          (layer, n) -> {
            seen.get(layer).add(naive.channels(layer, n));
            return naive.ffn(layer, n);
          });
    }
    ChannelStatistics statistics = run(Device.cpu(), WINDOWS);
    for (int layer = 0; layer < 2; layer++) {
      assertThat(statistics.count(layer)).isEqualTo(30);
      for (int j = 0; j < 48; j++) {
        int channel = j;
        double[] h = seen.get(layer).stream().mapToDouble(row -> row[channel]).toArray();
        double mean = sum(h) / 30;
        double m2 = 0;
        for (double value : h) {
          m2 += (value - mean) * (value - mean);
        }
        // h is float32 of size up to 10; the sums themselves are fp64.
        assertThat(statistics.mean(layer)[j]).isCloseTo(mean, within(1e-5));
        assertThat(statistics.m2(layer)[j]).isCloseTo(m2, within(1e-4 * (1 + m2)));
      }
    }
  }

  @Test
  @DisplayName("does not depend on how windows come in")
  void order() {
    ChannelStatistics whole = run(Device.cpu(), WINDOWS);
    ChannelStatistics parts =
        run(Device.cpu(), new int[][] {WINDOWS[2]})
            .plus(run(Device.cpu(), new int[][] {WINDOWS[1], WINDOWS[0]}));
    for (int layer = 0; layer < 2; layer++) {
      assertThat(parts.mean(layer)).containsExactly(whole.mean(layer), within(1e-6));
      assertThat(parts.variance(layer)).containsExactly(whole.variance(layer), within(1e-5));
    }
  }

  @Test
  @DisplayName("counts windows for those who watch")
  void progress() {
    List<String> reports = new ArrayList<>();
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      Progress watch = (phase, done, total) -> reports.add(phase + " " + done + "/" + total);
      CalibrationPass.run(model, List.of(TinyModels.windows(40, 64, 1)), watch);
    }
    assertThat(reports).containsExactly("calibrate 32/40", "calibrate 40/40");
  }

  private static ChannelStatistics run(Device device, int[][] windows) {
    try (DenseModel model = TinyModels.dense(1, device)) {
      return CalibrationPass.run(model, List.of(windows), Progress.NONE);
    }
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
