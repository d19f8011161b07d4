package dev.shoal.models.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The report on the engine")
class EngineReportTest {

  private static final GpuSetup NOTHING = new GpuSetup("", false, "", "", false);
  private static final GpuSetup ALL = new GpuSetup("/torch/lib", true, "2.7.1", "cu126", true);
  private static final CudaDevice H100 =
      new CudaDevice(0, "NVIDIA H100 80GB HBM3", 85_520_809_984L, "9.0");
  private static final String CPU_ENGINE = "pytorch-2.7.1/djl-0.35.1";

  private static EngineReport report(
      boolean forCuda, List<CudaDevice> present, String sign, GpuSetup setup) {
    return new EngineReport(CPU_ENGINE, forCuda, present, sign, setup);
  }

  @Test
  @DisplayName("has nothing to say where there is no GPU, or the engine uses it")
  void silent() {
    assertThat(report(false, List.of(), "", NOTHING).problem()).isEmpty();
    assertThat(report(true, List.of(H100), "", ALL).problem()).isEmpty();
    assertThat(report(true, List.of(H100), "", ALL).usable()).containsExactly(H100);
    assertThat(report(false, List.of(H100), "", ALL).usable()).isEmpty();
  }

  @Test
  @DisplayName("names everything that is missing for a GPU, with the way to get it")
  void everythingMissing() {
    assertThat(report(false, List.of(H100), "", NOTHING).problem())
        .contains(
            "there is a GPU (cuda:0 NVIDIA H100 80GB HBM3, 79.6 GiB, compute capability 9.0), but"
                + " the engine pytorch-2.7.1/djl-0.35.1 is built for processors only, so it is not"
                + " used; missing: PYTORCH_LIBRARY_PATH with the folder torch/lib of `pip install"
                + " torch==2.7.1`; PYTORCH_VERSION=2.7.1; PYTORCH_FLAVOR=cu126; libcudart.so on the"
                + " path of SHOAL_JAVA_OPTS=\"-Xmx1g -Djna.library.path=FOLDER\"; docs/gpu.md goes"
                + " through it");
  }

  @Test
  @DisplayName("names a PyTorch without CUDA, and takes any sign of a GPU for one")
  void wrongLibraries() {
    GpuSetup processorsOnly = new GpuSetup("/torch/lib", false, "2.7.1", "cu126", true);
    assertThat(report(false, List.of(), "nvidia-smi is installed", processorsOnly).problem())
        .contains(
            "there is a GPU (nvidia-smi is installed), but the engine pytorch-2.7.1/djl-0.35.1 is"
                + " built for processors only, so it is not used; missing: libtorch_cuda.so in"
                + " PYTORCH_LIBRARY_PATH (/torch/lib), as `pip install torch==2.7.1` brings it;"
                + " docs/gpu.md goes through it");
  }

  @Test
  @DisplayName("says when all is set and the libraries were refused nevertheless")
  void refused() {
    assertThat(report(false, List.of(H100), "", ALL).problem().orElseThrow())
        .contains(
            "; everything is set, so its libraries were refused: look at the log, and use the"
                + " PyTorch that DJL's binding fits, 2.7.1; docs");
  }

  @Test
  @DisplayName("sends a user with the right engine and no device to driver and container")
  void noDevice() {
    assertThat(report(true, List.of(), "/proc/driver/nvidia/gpus lists one", ALL).problem())
        .contains(
            "the engine pytorch-2.7.1/djl-0.35.1 is built for GPUs, but the driver shows none to"
                + " this process (/proc/driver/nvidia/gpus lists one); install NVIDIA's driver, give"
                + " the container its devices (docker run --gpus all) and look at"
                + " CUDA_VISIBLE_DEVICES");
  }

  @Test
  @DisplayName("knows grouped products from libtorch 2.9 on, on GPUs alone")
  void groupedProducts() {
    assertThat(report(true, List.of(H100), "", ALL).hasGroupedProducts()).isFalse();
    for (String version : List.of("2.9.0", "2.11.0+cu130", "3.0.0")) {
      String engine = "pytorch-%s/djl-0.35.1".formatted(version);
      assertThat(new EngineReport(engine, true, List.of(H100), "", ALL).hasGroupedProducts())
          .isTrue();
      assertThat(new EngineReport(engine, false, List.of(H100), "", ALL).hasGroupedProducts())
          .isFalse();
    }
  }

  @Test
  @DisplayName("can be made on any machine")
  void look() {
    EngineReport report = EngineReport.look();
    assertThat(report.version()).isEqualTo(Engine.version());
    assertThat(report.usable()).isEqualTo(Engine.cudaDevices());
  }
}
