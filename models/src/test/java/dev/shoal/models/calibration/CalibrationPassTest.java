package dev.shoal.models.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.shoal.models.Progress;
import dev.shoal.models.engine.Device;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.TinyModels;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The calibration pass")
class CalibrationPassTest {

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

  @Test
  @DisplayName("sees in float32 what it sees in float64")
  void precision() {
    List<int[]> windows = List.of(TinyModels.windows(3, 10, 5));
    try (DenseModel single = TinyModels.dense(1, Device.cpu());
        DenseModel twice = TinyModels.dense(1, TinyModels.DOUBLE)) {
      ChannelStatistics found = CalibrationPass.run(single, windows, Progress.NONE);
      ChannelStatistics expected = CalibrationPass.run(twice, windows, Progress.NONE);
      // Channels reach 10 and their squares are summed over 30 tokens, in float64.
      assertThat(found.mean(1)).containsExactly(expected.mean(1), within(1e-5));
      assertThat(found.m2(1)).containsExactly(expected.m2(1), within(1e-3));
    }
  }
}
