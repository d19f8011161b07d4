package dev.shoal.worker.wiring;

import dev.shoal.activities.devices.WorkerDevices;
import dev.shoal.models.engine.CudaDevice;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.EngineReport;
import dev.shoal.models.engine.EngineSelfTest;
import dev.shoal.models.engine.Precision;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a worker of these settings computes on, for its log and for {@code doctor}.
 *
 * @param engine what was loaded and found
 * @param asked for by the user; empty for whatever there is
 */
public record DeviceReport(EngineReport engine, Optional<String> asked) {

  /** Looks at this process and machine; loads the engine. */
  public static DeviceReport look(Settings settings) {
    return new DeviceReport(EngineReport.look(), settings.devices());
  }

  /** What the worker computes on. */
  public WorkerDevices devices() {
    return DeviceChoice.of(asked, engine);
  }

  /** The devices in words, once a known product and its gradient came out right on each. */
  public String tested() {
    WorkerDevices devices = devices();
    EngineSelfTest.run(Device.cpu());
    devices.gpus().forEach(gpu -> EngineSelfTest.run(Device.cuda(gpu.index(), Precision.FLOAT32)));
    return describe(devices);
  }

  String describe(WorkerDevices devices) {
    if (devices.gpus().isEmpty()) {
      return "the processor";
    }
    String products =
        engine.hasGroupedProducts()
            ? "grouped products"
            : "no grouped products (they need libtorch 2.9 or newer)";
    return devices.gpus().stream().map(CudaDevice::describe).collect(Collectors.joining("; "))
        + "; "
        + products;
  }

  /** Why there is a GPU and it is not used; empty if it is, or was not wanted. */
  public Optional<String> unused() {
    boolean declined = asked.map(text -> text.strip().equals("cpu")).orElse(false);
    return declined ? Optional.empty() : engine.problem();
  }
}
