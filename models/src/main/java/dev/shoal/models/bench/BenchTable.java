package dev.shoal.models.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.models.engine.CudaDevice;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.engine.EngineSelfTest;
import dev.shoal.models.engine.EngineSpeed;
import dev.shoal.models.engine.Precision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Works measured one after the other; one that fails is a line like the others. */
public final class BenchTable {

  private final BenchRequest request;
  private final Consumer<String> say;
  private final StageBench bench;

  private BenchTable(BenchRequest request, Consumer<String> say) {
    this.request = request;
    this.say = say;
    this.bench = new StageBench(request.shape().config(), request.devices());
  }

  /**
   * Measures all of it.
   *
   * @param say told each line for people as soon as it is known
   * @return for programs, one object for each work; one that failed has an {@code error}
   */
  public static List<ObjectNode> run(BenchRequest request, Consumer<String> say) {
    return new BenchTable(request, say).run();
  }

  /**
   * {@code --devices cpu} or {@code 0,1} and the options of {@link BenchRequest}, each followed by
   * its value. For machines that have these classes and no more; others use {@code shoal bench}.
   */
  public static void main(String[] args) {
    try {
      Map<String, String> options = options(args);
      List<Device> devices = devices(Optional.ofNullable(options.remove("devices")));
      run(BenchRequest.of(devices, options), System.out::println);
    } catch (IllegalArgumentException e) {
      System.err.println("bench: " + e.getMessage());
      System.exit(2);
    }
  }

  private List<ObjectNode> run() {
    request.results().ifPresent(file -> write(file, ""));
    Device first = request.devices().get(0);
    request.devices().forEach(EngineSelfTest::run);
    double peak = EngineSpeed.peakFlopsPerSecond(first);
    say.accept(
        String.format(
            Locale.ROOT,
            "%s on %d x %s, %s; shape %s; peak %.3f TFLOP/s in one product",
            Engine.version(),
            request.devices().size(),
            card(first),
            first.precision().name().toLowerCase(Locale.ROOT),
            request.shape().name(),
            peak / 1e12));
    List<ObjectNode> lines = new ArrayList<>();
    for (BenchWork work : request.works()) {
      ObjectNode line = about(measure(work, peak), peak);
      request.results().ifPresent(file -> write(file, line + "\n"));
      lines.add(line);
    }
    return lines;
  }

  private ObjectNode measure(BenchWork work, double peak) {
    try {
      BenchLine line = new BenchLine(work.run(bench), peak);
      say.accept(line.text());
      return line.json();
    } catch (RuntimeException | OutOfMemoryError e) {
      String error = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      say.accept("%-22s failed: %s".formatted(work.text(), error));
      return JsonNodeFactory.instance.objectNode().put("work", work.text()).put("error", error);
    }
  }

  private ObjectNode about(ObjectNode line, double peak) {
    Device first = request.devices().get(0);
    return line.put("shape", request.shape().name())
        .put("peak_flops_per_second", peak)
        .put("device", card(first))
        .put("precision", first.precision().name().toLowerCase(Locale.ROOT))
        .put("engine", Engine.version());
  }

  private static String card(Device device) {
    return Engine.cudaDevices().stream()
        .filter(card -> card.name().equals(device.name()))
        .findFirst()
        .map(CudaDevice::card)
        .orElseGet(() -> "cpu with %d threads".formatted(Engine.threads()));
  }

  private static void write(Path file, String text) {
    try {
      if (text.isEmpty()) {
        Files.writeString(file, "");
      } else {
        Files.writeString(file, text, StandardOpenOption.APPEND);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written; choose another file", e);
    }
  }

  private static Map<String, String> options(String[] args) {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i < args.length; i += 2) {
      String name = args[i].replaceFirst("^--", "");
      boolean known = name.equals("devices") || BenchRequest.OPTIONS.contains(name);
      if (!known || i + 1 == args.length) {
        throw new IllegalArgumentException(
            "found '%s', expected --devices or --%s, each with a value"
                .formatted(args[i], String.join(", --", BenchRequest.OPTIONS)));
      }
      options.put(name, args[i + 1]);
    }
    return options;
  }

  private static List<Device> devices(Optional<String> asked) {
    if (asked.isPresent() && asked.get().equals("cpu")) {
      return List.of(Device.cpu());
    }
    List<Integer> indices =
        asked.isPresent()
            ? Arrays.stream(asked.get().split(",", -1)).map(BenchTable::index).toList()
            : Engine.cudaDevices().stream().map(CudaDevice::index).toList();
    return indices.isEmpty()
        ? List.of(Device.cpu())
        : indices.stream().map(index -> Device.cuda(index, Precision.BFLOAT16)).toList();
  }

  private static int index(String device) {
    if (!device.matches("(cuda:)?\\d{1,3}")) {
      throw new IllegalArgumentException(
          "devices has '%s', expected cpu, or GPUs by number or name: 0,1 or cuda:0,cuda:1"
              .formatted(device));
    }
    return Integer.parseInt(device.replace("cuda:", ""));
  }
}
