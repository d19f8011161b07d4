package dev.shoal.models.engine;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import com.sun.jna.Function;
import org.slf4j.LoggerFactory;

/** The process-wide PyTorch engine: which one it is, and how many threads it may use. */
public final class Engine {

  static {
    // DJL would report its use to a remote server.
    if (System.getProperty("OPT_OUT_TRACKING") == null) {
      System.setProperty("OPT_OUT_TRACKING", "true");
    }
    spinBriefly();
  }

  private Engine() {}

  /** Names everything that may change a result: library and binding, for example in a cache key. */
  public static String version() {
    ai.djl.engine.Engine engine = djl();
    return "pytorch-" + engine.getVersion() + "/djl-" + ai.djl.engine.Engine.getDjlVersion();
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
    try {
      Function.getFunction("c", "setenv").invokeInt(new Object[] {"GOMP_SPINCOUNT", "100000", 0});
    } catch (UnsatisfiedLinkError e) {
      LoggerFactory.getLogger(Engine.class).debug("no setenv on this platform", e);
    }
  }

  private static ai.djl.engine.Engine djl() {
    return ai.djl.engine.Engine.getEngine("PyTorch");
  }
}
