package dev.shoal.activities.inspect;

import dev.shoal.activities.devices.WorkerDevices;
import dev.shoal.models.engine.Device;
import java.util.function.ToDoubleFunction;

/**
 * What the planning machine has.
 *
 * @param devices what its worker computes on
 * @param memoryBytes of the host
 * @param flopsPerSecond measured for matrix products on a device
 * @param freeDiskBytes where artifacts are kept
 */
public record Machine(
    WorkerDevices devices,
    long memoryBytes,
    ToDoubleFunction<Device> flopsPerSecond,
    long freeDiskBytes) {}
