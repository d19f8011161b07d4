package dev.shoal.activities.inspect;

import dev.shoal.activities.devices.DeviceMemory;
import dev.shoal.activities.devices.WorkerDevices;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.EngineSpeed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Looks at this machine; the speed of a device is measured the first time it is asked for. */
public final class MachineProbe implements Supplier<Machine> {

  private final Path artifacts;
  private final WorkerDevices devices;
  private final Map<Device, Double> speeds = new HashMap<>();

  /** A probe whose disk is the one that artifacts are kept on. */
  public MachineProbe(Path artifacts, WorkerDevices devices) {
    this.artifacts = artifacts;
    this.devices = devices;
  }

  @Override
  public Machine get() {
    return new Machine(devices, DeviceMemory.hostBytes(), this::speed, freeBytes());
  }

  private synchronized double speed(Device device) {
    return speeds.computeIfAbsent(device, EngineSpeed::flopsPerSecond);
  }

  private long freeBytes() {
    try {
      Files.createDirectories(artifacts);
      return Files.getFileStore(artifacts).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
