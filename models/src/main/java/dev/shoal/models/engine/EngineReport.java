package dev.shoal.models.engine;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which engine is loaded, which GPUs there are, and why they are not used if they are not.
 *
 * @param version of the engine
 * @param forCuda whether it was built for GPUs
 * @param present GPUs that the driver lets this process use
 * @param sign what else speaks of a GPU; empty without one
 * @param setup what the user has set
 */
public record EngineReport(
    String version, boolean forCuda, List<CudaDevice> present, String sign, GpuSetup setup) {

  private static final Path DRIVER = Path.of("/proc/driver/nvidia/gpus");

  /** Looks at this process and machine; loads the engine. */
  public static EngineReport look() {
    List<CudaDevice> present = CudaDriver.open().map(CudaDriver::devices).orElse(List.of());
    Map<String, String> environment = System.getenv();
    return new EngineReport(
        Engine.version(),
        Engine.isForCuda(),
        present,
        present.isEmpty() ? sign(environment) : "",
        GpuSetup.look(environment));
  }

  /** GPUs that can be computed on. */
  public List<CudaDevice> usable() {
    return forCuda ? present : List.of();
  }

  /** Whether tokens are multiplied by the experts they went to in one product. */
  public boolean hasGroupedProducts() {
    return forCuda && Dialect.isFusedBy(version.replaceFirst("^pytorch-", ""));
  }

  /** Why GPUs cannot be used and what to do; empty where they can, or there are none. */
  public Optional<String> problem() {
    if (!usable().isEmpty() || (present.isEmpty() && sign.isEmpty() && !forCuda)) {
      return Optional.empty();
    }
    return Optional.of(forCuda ? withoutDevice() : withoutLibraries());
  }

  private String withoutDevice() {
    return "the engine %s is built for GPUs, but the driver shows none to this process%s; install NVIDIA's driver, give the container its devices (docker run --gpus all) and look at CUDA_VISIBLE_DEVICES"
        .formatted(version, sign.isEmpty() ? "" : " (" + sign + ")");
  }

  private String withoutLibraries() {
    String gpu =
        present.isEmpty()
            ? sign
            : present.stream().map(CudaDevice::describe).collect(Collectors.joining("; "));
    String missing =
        setup.missing().isEmpty()
            ? "everything is set, so its libraries were refused: look at the log, and use the PyTorch that DJL's binding fits, %s"
                .formatted(GpuSetup.FITTING)
            : "missing: " + String.join("; ", setup.missing());
    return "there is a GPU (%s), but the engine %s is built for processors only, so it is not used; %s; docs/gpu.md goes through it"
        .formatted(gpu, version, missing);
  }

  private static String sign(Map<String, String> environment) {
    if (Files.isDirectory(DRIVER)) {
      try (Stream<Path> cards = Files.list(DRIVER)) {
        if (cards.findAny().isPresent()) {
          return DRIVER + " lists one";
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    boolean tool =
        Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
            .filter(folder -> !folder.isBlank())
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "nvidia-smi")));
    return tool ? "nvidia-smi is installed" : "";
  }
}
