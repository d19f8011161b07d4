package dev.shoal.activities;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.stage.StageRunner;
import dev.shoal.workflows.request.Calibration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The key of a calibration")
class CalibrationKeyTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          VARIANCE | {"windows":8,"window_tokens":64,"affinity_windows":2,"seed":42}
          FLAP     | {"windows":8,"window_tokens":64,"affinity_windows":2,"seed":42,"statistic":"flap"}
          """)
  @DisplayName(
      "names the statistic only where it is not the variance, so that old results are found")
  void statistic(Calibration.Statistic statistic, String expected) {
    Calibration calibration = new Calibration(8, 64, 2, 42L, statistic);
    ObjectNode settings = StageRunner.settings(calibration);
    CalibrationStages.addStatistic(settings, calibration);
    assertThat(settings).hasToString(expected);
  }
}
