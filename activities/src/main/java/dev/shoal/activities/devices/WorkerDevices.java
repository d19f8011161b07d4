package dev.shoal.activities.devices;

import dev.shoal.models.engine.CudaDevice;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Precision;
import dev.shoal.workflows.TaskQueues;
import dev.shoal.workflows.request.Numerics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a worker computes on: the GPUs it was given, and its processor.
 *
 * @param gpus in the order they were given; none for a worker on the processor
 */
public record WorkerDevices(List<CudaDevice> gpus) {

  /** Share of its nominal memory that the smallest card of a class has. */
  private static final double REAL_SHARE = 0.93;

  private static final double GIB = 1L << 30;

  /** Keeps its own copy. */
  public WorkerDevices {
    gpus = List.copyOf(gpus);
  }

  /** The processor alone. */
  public static WorkerDevices cpu() {
    return new WorkerDevices(List.of());
  }

  /** What {@code numerics.device: auto} means here. */
  public Numerics.Device automatic() {
    return gpus.isEmpty() ? Numerics.Device.CPU : Numerics.Device.CUDA;
  }

  /** What {@code numerics.dtype: auto} means on a kind of device. */
  public static Numerics.ComputeType automatic(Numerics.Device device) {
    return device == Numerics.Device.CPU
        ? Numerics.ComputeType.FLOAT32
        : Numerics.ComputeType.BFLOAT16;
  }

  /** Where work outside of runs is done, in the precision that is usual there. */
  public Device usual() {
    Numerics.Device device = automatic();
    return first(new Numerics(device, automatic(device), false));
  }

  /**
   * The device of a stage that needs one.
   *
   * @param numerics resolved; null in tasks of older histories: cpu and float32
   */
  public Device first(Numerics numerics) {
    return all(numerics).get(0);
  }

  /** The devices of a stage that uses all of them. */
  public List<Device> all(Numerics numerics) {
    if (numerics == null) {
      return List.of(Device.cpu());
    }
    Precision precision = precision(numerics.dtype());
    if (numerics.device() == Numerics.Device.CPU) {
      return List.of(new Device(Device.cpu().name(), precision));
    }
    if (gpus.isEmpty()) {
      throw new IllegalStateException(
          "this worker computes on its processor only, and the run asks for cuda; start a worker with --devices 0 for it");
    }
    return gpus.stream().map(gpu -> Device.cuda(gpu.index(), precision)).toList();
  }

  private static Precision precision(Numerics.ComputeType type) {
    return switch (type) {
      case FLOAT32 -> Precision.FLOAT32;
      case BFLOAT16 -> Precision.BFLOAT16;
    };
  }

  /** Memory of the smallest GPU: what every stage can count on; 0 without one. */
  public long gpuBytes() {
    return gpus.stream().mapToLong(CudaDevice::totalBytes).min().orElse(0);
  }

  /** The queues this worker takes device work from. */
  public List<String> queues() {
    List<String> queues = new ArrayList<>();
    queues.add(TaskQueues.CPU);
    if (!gpus.isEmpty()) {
      queues.add(TaskQueues.GPU);
      TaskQueues.MEMORY_CLASSES.stream()
          .filter(memoryClass -> classBytes(memoryClass) <= gpuBytes())
          .map(TaskQueues::gpu)
          .forEach(queues::add);
    }
    return Collections.unmodifiableList(queues);
  }

  /** Bytes that every card of a memory class has: makers round up, and drivers keep a part. */
  public static long classBytes(int memoryClass) {
    return (long) (memoryClass * GIB * REAL_SHARE);
  }
}
