package dev.shoal.models.engine;

import com.sun.jna.NativeLibrary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the user has done so that the engine can load libraries for a GPU.
 *
 * @param libraryPath {@code PYTORCH_LIBRARY_PATH}; empty if it is not set
 * @param cudaLibrary whether {@code libtorch_cuda.so} lies there
 * @param version {@code PYTORCH_VERSION}; empty if it is not set
 * @param flavor {@code PYTORCH_FLAVOR}; empty if it is not set
 * @param runtime whether {@code libcudart.so} can be loaded
 */
public record GpuSetup(
    String libraryPath, boolean cudaLibrary, String version, String flavor, boolean runtime) {

  /** The PyTorch that the shipped binding fits. */
  static final String FITTING = "2.7.1";

  /** Looks at variables and libraries. */
  static GpuSetup look(Map<String, String> environment) {
    String path = environment.getOrDefault("PYTORCH_LIBRARY_PATH", "");
    return new GpuSetup(
        path,
        !path.isBlank() && Files.exists(Path.of(path, "libtorch_cuda.so")),
        environment.getOrDefault("PYTORCH_VERSION", ""),
        environment.getOrDefault("PYTORCH_FLAVOR", ""),
        loads("cudart"));
  }

  private static boolean loads(String library) {
    try {
      NativeLibrary.getInstance(library);
      return true;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }

  /** What is not there yet, each with the way to get it. */
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    if (libraryPath.isBlank()) {
      missing.add(
          "PYTORCH_LIBRARY_PATH with the folder torch/lib of `pip install torch==%s`"
              .formatted(FITTING));
    } else if (!cudaLibrary) {
      missing.add(
          "libtorch_cuda.so in PYTORCH_LIBRARY_PATH (%s), as `pip install torch==%s` brings it"
              .formatted(libraryPath, FITTING));
    }
    if (version.isBlank()) {
      missing.add("PYTORCH_VERSION=" + FITTING);
    }
    if (flavor.isBlank()) {
      missing.add("PYTORCH_FLAVOR=cu126");
    }
    if (!runtime) {
      missing.add(
          "libcudart.so on the path of SHOAL_JAVA_OPTS=\"-Xmx1g -Djna.library.path=FOLDER\"");
    }
    return missing;
  }
}
