package dev.shoal.activities.devices;

import com.sun.management.OperatingSystemMXBean;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.plan.MemoryBudget;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * Memory that training may use: of a processor's host all of it, of a GPU what is free less a
 * twentieth, which the allocator loses between arrays of different sizes.
 */
public final class DeviceMemory {

  private static final double USABLE = 0.95;

  /** What the driver and the libraries take of every card before the first array. */
  private static final long LIBRARIES = 1L << 30;

  private DeviceMemory() {}

  /**
   * What every one of the devices has now; models that are kept for later must have been let go.
   */
  public static MemoryBudget measured(List<Device> devices) {
    if (devices.get(0).isCpu()) {
      return MemoryBudget.host(hostBytes());
    }
    long least = devices.stream().mapToLong(Engine::freeBytes).min().orElseThrow();
    return MemoryBudget.device((long) (USABLE * least), hostBytes());
  }

  /**
   * What to expect of a device that nobody else uses.
   *
   * @param gpuBytes memory of the card in all, if it is one
   * @param hostBytes memory of the host in all
   */
  public static MemoryBudget expected(Device device, long gpuBytes, long hostBytes) {
    return device.isCpu()
        ? MemoryBudget.host(hostBytes)
        : MemoryBudget.device((long) (USABLE * (gpuBytes - LIBRARIES)), hostBytes);
  }

  /** Memory of this machine or container in all. */
  public static long hostBytes() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getTotalMemorySize();
  }
}
