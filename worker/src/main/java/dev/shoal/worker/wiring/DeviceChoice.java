package dev.shoal.worker.wiring;

import dev.shoal.activities.devices.WorkerDevices;
import dev.shoal.models.engine.CudaDevice;
import dev.shoal.models.engine.EngineReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** From {@code --devices} to what a worker computes on. */
public final class DeviceChoice {

  private static final Pattern GPU = Pattern.compile("(?:cuda:)?(\\d{1,3})");

  private DeviceChoice() {}

  /**
   * The devices that were asked for; without a word all GPUs, or the processor where there is none.
   *
   * @param asked {@code cpu}, or GPUs by number or name: {@code 0,1}, {@code cuda:0}
   * @throws UserError if they are no devices, or not there
   */
  public static WorkerDevices of(Optional<String> asked, EngineReport report) {
    if (asked.isEmpty()) {
      return new WorkerDevices(report.usable());
    }
    if (asked.get().strip().equals("cpu")) {
      return WorkerDevices.cpu();
    }
    List<CudaDevice> chosen = new ArrayList<>();
    for (String part : asked.get().split(",", -1)) {
      CudaDevice gpu = gpu(part.strip(), asked.get(), report);
      if (chosen.contains(gpu)) {
        throw UserError.wrongUse(
            "devices: found '%s', which names %s twice; name each once."
                .formatted(asked.get(), gpu.name()));
      }
      chosen.add(gpu);
    }
    return new WorkerDevices(chosen);
  }

  private static CudaDevice gpu(String part, String asked, EngineReport report) {
    Matcher matcher = GPU.matcher(part);
    if (!matcher.matches()) {
      throw UserError.wrongUse(
          "devices: found '%s', expected cpu, or GPUs by number or name: 0,1 or cuda:0,cuda:1."
              .formatted(asked));
    }
    int index = Integer.parseInt(matcher.group(1));
    return report.usable().stream()
        .filter(gpu -> gpu.index() == index)
        .findFirst()
        .orElseThrow(() -> absent("cuda:" + index, report));
  }

  private static UserError absent(String name, EngineReport report) {
    if (report.usable().isEmpty()) {
      return UserError.failed(
          "devices: %s was asked for, but %s."
              .formatted(
                  name,
                  report
                      .problem()
                      .orElse("there is no GPU on this machine; leave it out, or cpu")));
    }
    String present =
        report.usable().stream().map(CudaDevice::describe).collect(Collectors.joining("; "));
    return UserError.failed(
        "devices: %s was asked for, but the GPUs here are: %s; choose among them."
            .formatted(name, present));
  }
}
