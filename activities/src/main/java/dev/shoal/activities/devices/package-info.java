/**
 * What a worker computes on, and what fits there.
 *
 * <ol>
 *   <li>{@link dev.shoal.activities.devices.WorkerDevices}: from {@code numerics} to a device, and
 *       the queues a worker takes work from;
 *   <li>{@link dev.shoal.activities.devices.DeviceMemory}: how much memory there is;
 *   <li>{@link dev.shoal.activities.devices.TrainingMemory}: how a training stage fits into it.
 * </ol>
 */
package dev.shoal.activities.devices;
