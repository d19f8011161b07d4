package dev.shoal.models.engine;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.shoal.models.engine.cuda.CudaOperators;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/**
 * Compiled kernels on one device.
 *
 * <p>Kernels are TorchScript methods in text resources beside the Java class that owns them;
 * several resources may be composed into one module, so that the methods of one call those of
 * another. A call costs about 15 microseconds above its operators. Results belong to the manager
 * given to the call; arguments are borrowed.
 */
public final class KernelModule implements AutoCloseable {

  /**
   * One text resource with kernels, found beside its owner. What differs between libraries and
   * devices is in a second resource for each {@link Dialect}: {@code NAME.plain.kernels} beside
   * {@code NAME.kernels}.
   */
  public record Fragment(Class<?> owner, String resource) {

    String text(Dialect dialect) {
      String own = resource.replace(".kernels", "." + dialect.label() + ".kernels");
      String shared = read(resource);
      if (shared == null) {
        throw new IllegalStateException(
            "kernels '%s' are missing beside %s".formatted(resource, owner.getName()));
      }
      String special = read(own);
      return special == null ? shared : shared + special;
    }

    private String read(String name) {
      try (InputStream stream = owner.getResourceAsStream(name)) {
        return stream == null ? null : new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException("kernels '" + name + "' cannot be read", e);
      }
    }
  }

  private static final Fragment TRANSFER = new Fragment(KernelModule.class, "engine.kernels");

  /** Values that travel between Java and the device at once; bounds the direct buffers. */
  private static final int PORTION = 1 << 24;

  private static final LongAdder NANOS = new LongAdder();

  private final Device device;
  private final NDManager manager;
  private final PtSymbolBlock block;

  private KernelModule(Device device, NDManager manager, PtSymbolBlock block) {
    this.device = device;
    this.manager = manager;
    this.block = block;
  }

  /**
   * Compiles fragments into one module.
   *
   * @throws EngineException when the text is not valid TorchScript; it names the line
   */
  public static KernelModule load(Device device, Fragment... fragments) {
    NDManager manager = Engine.newManager(device);
    try {
      String methods = text(Engine.dialect(device), fragments);
      InputStream archive = new ByteArrayInputStream(KernelArchive.of(methods));
      PtSymbolBlock block = JniUtils.loadModule((PtNDManager) manager, archive, true, false);
      return new KernelModule(device, manager, block);
    } catch (IOException e) {
      manager.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** The methods of all fragments as they are compiled. */
  static String text(Dialect dialect, Fragment... fragments) {
    StringBuilder methods = new StringBuilder(TRANSFER.text(dialect));
    for (Fragment fragment : fragments) {
      methods.append(fragment.text(dialect));
    }
    return methods.toString();
  }

  /**
   * A manager on the host that closes with the scope, for small numbers that kernels read: reading
   * one from a device would make the host wait.
   */
  public static NDManager host(NDManager scope) {
    return scope.newSubManager(ai.djl.Device.cpu());
  }

  /** Where the kernels run. */
  public Device device() {
    return device;
  }

  /**
   * Runs one kernel.
   *
   * @param scope owns the results
   * @return the results in the kernel's order; a list of arrays becomes its elements
   */
  public NDList call(NDManager scope, String method, KernelArguments arguments) {
    // Per thread. Its profiling runs would make the first calls differ from later ones.
    JniUtils.setGraphExecutorOptimize(false);
    long begin = System.nanoTime();
    try (NDManager host = host(scope)) {
      NDArray name = host.create(0f);
      name.setName("module_method:" + method);
      NDList results = IValueUtils.forward(block, arguments.after(name, host), true);
      results.attach(scope);
      CudaOperators.raise();
      return results;
    } catch (EngineException e) {
      if (isOutOfMemory(e)) {
        throw new OutOfDeviceMemoryException(method, device, e);
      }
      throw e;
    } finally {
      NANOS.add(System.nanoTime() - begin);
    }
  }

  /**
   * Seconds that all threads have spent in calls so far. On a GPU that is the time it took to hand
   * the work over; what is left of a step is waiting for it.
   */
  public static double secondsInCalls() {
    return NANOS.sum() / 1e9;
  }

  /**
   * Copies values to the device.
   *
   * @param owner owns the new array
   * @param precision what to store them in
   */
  public NDArray upload(NDManager owner, float[] values, Precision precision, long... shape) {
    NDArray room = room(owner, precision, shape);
    for (int begin = 0; begin < values.length; begin += PORTION) {
      int length = Math.min(PORTION, values.length - begin);
      try (NDManager scope = owner.newSubManager()) {
        NDArray portion =
            scope.create(
                FloatBuffer.wrap(values, begin, length), new Shape(length), DataType.FLOAT32);
        call(scope, "store", new KernelArguments().add(room).add(portion).add(begin));
      }
    }
    return room;
  }

  /** Values of an array of any dtype, row-major; bfloat16 widens, float64 is rounded. */
  public float[] download(NDArray array) {
    float[] values = new float[Math.toIntExact(array.size())];
    for (int begin = 0; begin < values.length; begin += PORTION) {
      int length = Math.min(PORTION, values.length - begin);
      try (NDManager scope = manager.newSubManager()) {
        KernelArguments arguments =
            new KernelArguments().add(array).add(begin, begin + (long) length);
        NDArray part = call(scope, "fetch", arguments).singletonOrThrow();
        copy(part, values, begin);
      }
    }
    return values;
  }

  @Override
  public void close() {
    block.close();
    manager.close();
  }

  private NDArray room(NDManager owner, Precision precision, long... shape) {
    try (NDManager scope = owner.newSubManager()) {
      KernelArguments arguments =
          new KernelArguments().add(scope.create(0f)).add(precision.code()).add(shape);
      NDArray room = call(scope, "room", arguments).singletonOrThrow();
      room.attach(owner);
      return room;
    }
  }

  private static void copy(NDArray part, float[] values, int begin) {
    if (part.getDataType() == DataType.FLOAT64) {
      double[] wide = part.toDoubleArray();
      for (int i = 0; i < wide.length; i++) {
        values[begin + i] = (float) wide[i];
      }
    } else {
      float[] portion = part.toFloatArray();
      System.arraycopy(portion, 0, values, begin, portion.length);
    }
  }

  private static boolean isOutOfMemory(EngineException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("out of memory") || message.contains("can't allocate memory");
  }
}
