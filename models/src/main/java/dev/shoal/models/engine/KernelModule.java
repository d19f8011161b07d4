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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Compiled kernels on one device.
 *
 * <p>Kernels are TorchScript methods in text resources beside the Java class that owns them;
 * several resources may be composed into one module, so that the methods of one call those of
 * another. A call costs about 15 microseconds above its operators. Results belong to the manager
 * given to the call; arguments are borrowed.
 */
public final class KernelModule implements AutoCloseable {

  /** One text resource with kernels, found beside its owner. */
  public record Fragment(Class<?> owner, String resource) {

    String text() {
      try (InputStream stream = owner.getResourceAsStream(resource)) {
        if (stream == null) {
          throw new IllegalStateException(
              "kernels '%s' are missing beside %s".formatted(resource, owner.getName()));
        }
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException("kernels '" + resource + "' cannot be read", e);
      }
    }
  }

  private static final Fragment TRANSFER = new Fragment(KernelModule.class, "engine.kernels");

  /** Values that travel between Java and the device at once; bounds the direct buffers. */
  private static final int PORTION = 1 << 24;

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
    StringBuilder methods = new StringBuilder(TRANSFER.text());
    for (Fragment fragment : fragments) {
      methods.append(fragment.text());
    }
    NDManager manager = Engine.newManager(device);
    try {
      InputStream archive = new ByteArrayInputStream(KernelArchive.of(methods.toString()));
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
    try (NDArray name = scope.create(0f)) {
      name.setName("module_method:" + method);
      return IValueUtils.forward(block, arguments.after(name), true);
    } catch (EngineException e) {
      if (isOutOfMemory(e)) {
        throw new OutOfDeviceMemoryException(method, device, e);
      }
      throw e;
    }
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
        call(
            scope,
            "store",
            new KernelArguments().add(room).add(portion).add(scope.create((long) begin)));
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
        NDArray bounds = scope.create(new long[] {begin, begin + (long) length});
        NDArray part =
            call(scope, "fetch", new KernelArguments().add(array).add(bounds)).singletonOrThrow();
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
      NDArray code = scope.create((long) precision.code());
      NDArray room =
          call(scope, "room", new KernelArguments().add(code).add(scope.create(shape)))
              .singletonOrThrow();
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
