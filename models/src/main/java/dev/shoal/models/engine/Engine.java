package dev.shoal.models.engine;

import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;
import com.sun.jna.Function;
import dev.shoal.models.engine.cuda.CudaOperators;
import java.util.List;
import org.slf4j.LoggerFactory;

/** The process-wide PyTorch engine: which one it is, and how many threads it may use. */
public final class Engine {

  /** Numbers of glibc. */
  private static final int M_TRIM_THRESHOLD = -1;

  private static final int M_MMAP_THRESHOLD = -3;

  static {
    // DJL would report its use to a remote server.
    if (System.getProperty("OPT_OUT_TRACKING") == null) {
      System.setProperty("OPT_OUT_TRACKING", "true");
    }
    spinBriefly();
    keepFreedMemory();
  }

  private Engine() {}

  /** Names everything that may change a result: library and binding, for example in a cache key. */
  public static String version() {
    ai.djl.engine.Engine engine = djl();
    return "pytorch-" + engine.getVersion() + "/djl-" + ai.djl.engine.Engine.getDjlVersion();
  }

  /** Whether the loaded library was built for GPUs; there may be none all the same. */
  static boolean isForCuda() {
    return djl().hasCapability(StandardCapabilities.CUDA);
  }

  /** The GPUs that can be computed on, in their order; none with a library for processors. */
  public static List<CudaDevice> cudaDevices() {
    return isForCuda() ? CudaDriver.open().map(CudaDriver::devices).orElse(List.of()) : List.of();
  }

  /**
   * Bytes of a GPU that can be had now: what nobody uses and what this process keeps for later.
   *
   * @throws IllegalStateException if it is no GPU or the driver does not answer
   */
  public static long freeBytes(Device device) {
    if (device.isCpu()) {
      throw new IllegalStateException("the memory of a cpu is the host's; ask for that");
    }
    JniUtils.emptyCudaCache();
    return CudaDriver.open()
        .orElseThrow(() -> new IllegalStateException("NVIDIA's driver does not answer"))
        .freeBytes(device.place().getDeviceId());
  }

  /** Threads that one operation may use. */
  public static int threads() {
    djl();
    return JniUtils.getNumThreads();
  }

  /**
   * Sets the threads of one operation, for every model of this process. The default is all cores.
   */
  public static void setThreads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is %d; it must be at least 1".formatted(threads));
    }
    djl();
    JniUtils.setNumThreads(threads);
  }

  /** Bytes of a GPU that are not free, whoever holds them; 0 where that is not known. */
  public static long memoryInUse(Device device) {
    ai.djl.Device place = device.place();
    return place.isGpu() ? CudaUtils.getGpuMemory(place).getUsed() : 0;
  }

  /** What kernels on this device are written in. */
  static Dialect dialect(Device device) {
    if (device.isCpu()
        || device.precision() != Precision.BFLOAT16
        || !Dialect.isFusedBy(djl().getVersion())) {
      return Dialect.PLAIN;
    }
    try {
      CudaOperators.install(device.place().getDeviceId());
      return Dialect.FUSED;
    } catch (IllegalStateException | LinkageError e) {
      LoggerFactory.getLogger(Engine.class)
          .warn("the GPU will work more slowly, without operators of its own: {}", e.getMessage());
      return Dialect.PLAIN;
    }
  }

  static boolean isAtLeast(String version, int major, int minor) {
    String[] parts = version.split("[.+-]", -1);
    int found = Integer.parseInt(parts[0]) * 1000 + Integer.parseInt(parts[1]);
    return found >= major * 1000 + minor;
  }

  /** A manager of its own on the device; the caller closes it. */
  public static NDManager newManager(Device device) {
    return djl().newBaseManager(device.place());
  }

  /**
   * Lets idle OpenMP threads spin for a moment and then sleep, unless the environment says
   * otherwise. Spinning for long takes the time of working threads where processors are shared;
   * sleeping at once costs more than half of the speed on a quiet machine. The library reads the
   * variable when it is loaded, later than this.
   */
  private static void spinBriefly() {
    callC("setenv", "GOMP_SPINCOUNT", "100000", 0);
  }

  /**
   * Lets glibc keep freed blocks of up to 64 MiB, and up to 512 MiB in all where they end. It would
   * give them back to the system and take them again, page by page, for every result of a kernel.
   */
  private static void keepFreedMemory() {
    callC("mallopt", M_MMAP_THRESHOLD, 64 << 20);
    callC("mallopt", M_TRIM_THRESHOLD, 512 << 20);
  }

  private static void callC(String function, Object... arguments) {
    try {
      Function.getFunction("c", function).invokeInt(arguments);
    } catch (UnsatisfiedLinkError e) {
      LoggerFactory.getLogger(Engine.class).debug("no {} on this platform", function, e);
    }
  }

  private static ai.djl.engine.Engine djl() {
    return ai.djl.engine.Engine.getEngine("PyTorch");
  }
}
