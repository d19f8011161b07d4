package dev.shoal.worker.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.activities.devices.WorkerDevices;
import dev.shoal.models.engine.CudaDevice;
import dev.shoal.models.engine.EngineReport;
import dev.shoal.models.engine.GpuSetup;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The choice of devices")
class DeviceChoiceTest {

  private static final CudaDevice FIRST = new CudaDevice(0, "Card", 24L << 30, "8.9");
  private static final CudaDevice SECOND = new CudaDevice(1, "Card", 24L << 30, "8.9");
  private static final GpuSetup SETUP = new GpuSetup("", false, "", "", false);

  private static EngineReport machine(CudaDevice... cards) {
    return new EngineReport("pytorch-2.11.0", cards.length > 0, List.of(cards), "", SETUP);
  }

  private static WorkerDevices choose(String asked, CudaDevice... cards) {
    return DeviceChoice.of(Optional.ofNullable(asked), machine(cards));
  }

  @Test
  @DisplayName("is every GPU, or the processor where there is none")
  void automatic() {
    assertThat(choose(null, FIRST, SECOND).gpus()).containsExactly(FIRST, SECOND);
    assertThat(choose(null)).isEqualTo(WorkerDevices.cpu());
  }

  @Test
  @DisplayName("takes numbers or names, and cpu")
  void asked() {
    assertThat(choose("1, cuda:0", FIRST, SECOND).gpus()).containsExactly(SECOND, FIRST);
    assertThat(choose("cpu", FIRST, SECOND)).isEqualTo(WorkerDevices.cpu());
  }

  @Test
  @DisplayName("refuses what is no device or not there, and says what is")
  void refuses() {
    assertThatThrownBy(() -> choose("tpu", FIRST))
        .hasMessage(
            "devices: found 'tpu', expected cpu, or GPUs by number or name: 0,1 or cuda:0,cuda:1.");
    assertThatThrownBy(() -> choose("0,0", FIRST))
        .hasMessage("devices: found '0,0', which names cuda:0 twice; name each once.");
    assertThatThrownBy(() -> choose("1", FIRST))
        .hasMessage(
            "devices: cuda:1 was asked for, but the GPUs here are: cuda:0 Card, 24.0 GiB, compute"
                + " capability 8.9; choose among them.");
    assertThatThrownBy(() -> choose("0"))
        .hasMessage(
            "devices: cuda:0 was asked for, but there is no GPU on this machine; leave it out, or"
                + " cpu.");
  }

  @Test
  @DisplayName("says of an idle GPU what it lacks, unless the user wants the processor")
  void idle() {
    EngineReport idle = new EngineReport("pytorch-2.7.1", false, List.of(FIRST), "", SETUP);
    assertThatThrownBy(() -> DeviceChoice.of(Optional.of("0"), idle))
        .hasMessageStartingWith(
            "devices: cuda:0 was asked for, but there is a GPU (cuda:0 Card, 24.0 GiB, compute"
                + " capability 8.9), but the engine pytorch-2.7.1 is built for processors only");
    assertThat(new DeviceReport(idle, Optional.empty()).unused()).isEqualTo(idle.problem());
    assertThat(new DeviceReport(idle, Optional.of("cpu")).unused()).isEmpty();
    assertThat(new DeviceReport(idle, Optional.empty()).devices()).isEqualTo(WorkerDevices.cpu());
  }

  @Test
  @DisplayName("is described with cards and what they can do")
  void describes() {
    EngineReport old = new EngineReport("pytorch-2.7.1", true, List.of(FIRST), "", SETUP);
    DeviceReport report = new DeviceReport(old, Optional.empty());
    assertThat(report.describe(report.devices()))
        .isEqualTo(
            "cuda:0 Card, 24.0 GiB, compute capability 8.9; no grouped products (they need libtorch"
                + " 2.9 or newer)");
    assertThat(report.describe(WorkerDevices.cpu())).isEqualTo("the processor");
  }
}
