package dev.shoal.models.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The engine")
class EngineTest {

  @Test
  @DisplayName("multiplies and differentiates")
  void selfTest() {
    assertThatCode(EngineSelfTest::run).doesNotThrowAnyException();
  }

  @Test
  @DisplayName("says in plain words that it miscalculates")
  void miscalculates() {
    assertThatThrownBy(
            () -> EngineSelfTest.check(Device.cpu(), "product", new float[] {4}, new float[] {5}))
        .hasMessage(
            "the PyTorch engine miscalculates on cpu: a product is [4.0] and must be [5.0]; its native library and DJL's binding do not fit each other");
  }

  @Test
  @DisplayName("names its library and binding, and its threads")
  void version() {
    assertThat(Engine.version()).matches("pytorch-2\\.7\\.1.*/djl-0\\.35\\.1");
    int threads = Engine.threads();
    Engine.setThreads(1);
    assertThat(Engine.threads()).isEqualTo(1);
    Engine.setThreads(threads);
    assertThatThrownBy(() -> Engine.setThreads(0))
        .hasMessage("threads is 0; it must be at least 1");
  }

  @ParameterizedTest
  @CsvSource({
    "2.7.1, false",
    "2.8.0+cu129, false",
    "2.9.0, true",
    "2.11.0+cu130, true",
    "2.9-nightly, true",
    "3.0.0, true",
    "1.13.1, false"
  })
  @DisplayName("compares versions by their numbers, not their letters")
  void isAtLeast(String version, boolean expected) {
    assertThat(Engine.isAtLeast(version, 2, 9)).isEqualTo(expected);
  }

  @Test
  @DisplayName("refuses devices nobody has")
  void device() {
    assertThat(new Device("cuda:3", Precision.BFLOAT16).place().getDeviceId()).isEqualTo(3);
    assertThatThrownBy(() -> new Device("tpu", Precision.FLOAT32))
        .hasMessage("device is 'tpu'; it must be cpu or cuda:N, for example cuda:0");
  }

  @Test
  @DisplayName("moves values there and back, bfloat16 rounded to 8 bits of mantissa")
  void transfer() {
    float[] values = {1, -2.5f, 3.14159f, 1e-30f, 0};
    try (KernelModule kernels = KernelModule.load(Device.cpu());
        NDManager scope = Engine.newManager(Device.cpu())) {
      NDArray single = kernels.upload(scope, values, Precision.FLOAT32, 5, 1);
      assertThat(kernels.download(single)).containsExactly(values);
      assertThat(single.getShape().getShape()).containsExactly(5, 1);
      NDArray half = kernels.upload(scope, values, Precision.BFLOAT16, 5);
      assertThat(kernels.download(half)[2]).isEqualTo(3.140625f);
      NDArray empty = kernels.upload(scope, new float[0], Precision.FLOAT32, 0);
      assertThat(kernels.download(empty)).isEmpty();
    }
  }

  @Test
  @DisplayName("names the line of a kernel that is not TorchScript")
  void wrongKernel() {
    assertThatThrownBy(
            () ->
                KernelModule.load(
                    Device.cpu(), new KernelModule.Fragment(EngineTest.class, "wrong.kernels")))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("torch.no_such_operator(x)");
  }
}
