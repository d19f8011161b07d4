package dev.shoal.worker.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.models.engine.EngineReport;
import dev.shoal.models.engine.GpuSetup;
import dev.shoal.worker.wiring.DeviceReport;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The doctor")
class CheckTest {

  private static final GpuSetup SETUP = new GpuSetup("", false, "", "", false);

  private static Check devices(String sign, String asked) {
    EngineReport engine = new EngineReport("pytorch-2.7.1", false, List.of(), sign, SETUP);
    return Check.devices(() -> new DeviceReport(engine, Optional.ofNullable(asked)));
  }

  @Test
  @DisplayName("is content with a processor, and notes a GPU that lies idle with what it lacks")
  void devices() {
    assertThat(devices("", null))
        .isEqualTo(new Check("devices", Check.Verdict.OK, "the processor"));
    Check idle = devices("nvidia-smi is installed", null);
    assertThat(idle.verdict()).isEqualTo(Check.Verdict.NOTE);
    assertThat(idle.ok()).isTrue();
    assertThat(idle.detail())
        .startsWith(
            "the processor; there is a GPU (nvidia-smi is installed), but the engine pytorch-2.7.1"
                + " is built for processors only, so it is not used; missing: PYTORCH_LIBRARY_PATH");
  }

  @Test
  @DisplayName("has a problem when the GPU that was asked for cannot be used")
  void asked() {
    assertThat(devices("nvidia-smi is installed", "0").verdict()).isEqualTo(Check.Verdict.PROBLEM);
    assertThat(devices("nvidia-smi is installed", "cpu").verdict()).isEqualTo(Check.Verdict.OK);
  }
}
