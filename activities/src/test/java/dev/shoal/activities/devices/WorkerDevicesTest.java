package dev.shoal.activities.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.models.engine.CudaDevice;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Precision;
import dev.shoal.workflows.request.Numerics;
import dev.shoal.workflows.request.Numerics.ComputeType;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The devices of a worker")
class WorkerDevicesTest {

  private static final CudaDevice H100 = card(0, "NVIDIA H100 80GB HBM3", 85_520_809_984L);
  private static final CudaDevice L4 = card(2, "NVIDIA L4", 24_152_899_584L);
  private static final WorkerDevices BOTH = new WorkerDevices(List.of(H100, L4));

  private static CudaDevice card(int index, String name, long bytes) {
    return new CudaDevice(index, name, bytes, "9.0");
  }

  private static Numerics numerics(Numerics.Device device, ComputeType type) {
    return new Numerics(device, type, false);
  }

  @Test
  @DisplayName("are the processor in float32 where there is no GPU, and every GPU in bfloat16 else")
  void automatic() {
    assertThat(WorkerDevices.cpu().usual()).isEqualTo(Device.cpu());
    assertThat(BOTH.usual()).isEqualTo(Device.cuda(0, Precision.BFLOAT16));
    assertThat(BOTH.all(numerics(Numerics.Device.CUDA, ComputeType.FLOAT32)))
        .containsExactly(Device.cuda(0, Precision.FLOAT32), Device.cuda(2, Precision.FLOAT32));
  }

  @Test
  @DisplayName("always include the processor, which is also where tasks without numerics go")
  void processor() {
    assertThat(BOTH.first(null)).isEqualTo(Device.cpu());
    assertThat(BOTH.first(numerics(Numerics.Device.CPU, ComputeType.BFLOAT16)))
        .isEqualTo(new Device("cpu", Precision.BFLOAT16));
    assertThatThrownBy(
            () -> WorkerDevices.cpu().first(numerics(Numerics.Device.CUDA, ComputeType.BFLOAT16)))
        .hasMessage(
            "this worker computes on its processor only, and the run asks for cuda; start a worker with --devices 0 for it");
  }

  @Test
  @DisplayName("take work for every memory class up to that of their smallest card")
  void queues() {
    assertThat(WorkerDevices.cpu().queues()).containsExactly("shoal-cpu");
    assertThat(BOTH.queues())
        .containsExactly(
            "shoal-cpu",
            "shoal-gpu",
            "shoal-gpu-8g",
            "shoal-gpu-12g",
            "shoal-gpu-16g",
            "shoal-gpu-24g");
    assertThat(new WorkerDevices(List.of(H100)).queues())
        .endsWith("shoal-gpu-64g", "shoal-gpu-80g");
  }
}
