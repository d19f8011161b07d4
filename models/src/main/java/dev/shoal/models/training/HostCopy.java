package dev.shoal.models.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Room on the host for one state of a training, filled again and again, outside of Java's heap. It
 * has kernels of its own, so that it is read while others compute. A copy waits until whoever reads
 * the one before is through.
 */
final class HostCopy implements AutoCloseable {

  private final KernelModule kernels = KernelModule.load(Device.cpu());
  private final NDManager manager = Engine.newManager(Device.cpu());
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();

  /** Room for arrays like these. */
  HostCopy(Map<String, NDArray> like) {
    like.forEach(
        (name, array) -> arrays.put(name, manager.create(array.getShape(), array.getDataType())));
  }

  /** Copies arrays of the same names, wherever they are; they may change afterwards. */
  synchronized void take(Map<String, NDArray> sources, KernelModule training) {
    NDList targets = new NDList();
    NDList from = new NDList();
    sources.forEach(
        (name, source) -> {
          targets.add(arrays.get(name));
          from.add(source);
        });
    try (NDManager scope = manager.newSubManager()) {
      training.call(scope, "copy_into", new KernelArguments().add(targets).add(from));
    }
  }

  /** Reads the copy, from any thread. */
  synchronized void read(Consumer<TrainingState.Arrays> reader) {
    reader.accept(new TrainingState.Arrays(arrays, kernels));
  }

  @Override
  public synchronized void close() {
    manager.close();
    kernels.close();
  }
}
