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
    waitAsleep();
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
   * Lets idle OpenMP threads sleep instead of spin, unless the environment says otherwise. Where
   * processors are shared, spinning threads take the time that the working ones need: measured,
   * five times slower beside a busy neighbour. The library reads the variable when it is loaded,
   * later than this.
   */
  private static void waitAsleep() {
    try {
      Function.getFunction("c", "setenv").invokeInt(new Object[] {"OMP_WAIT_POLICY", "PASSIVE", 0});
    } catch (UnsatisfiedLinkError e) {
      LoggerFactory.getLogger(Engine.class).debug("no setenv on this platform", e);
    }
  }

  private static ai.djl.engine.Engine djl() {
    return ai.djl.engine.Engine.getEngine("PyTorch");
  }
}
