package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.devices.WorkerDevices;
import dev.shoal.models.bench.BenchRequest;
import dev.shoal.models.bench.BenchTable;
import dev.shoal.models.bench.BenchWork;
import dev.shoal.models.engine.Device;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.UserError;
import dev.shoal.worker.wiring.Wiring;
import dev.shoal.workflows.request.Numerics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How fast the heavy stages are here. */
@Command(
    name = "bench",
    description = {
      "Measure the heavy stages of a run on this machine's devices, with random weights.",
      "Needs no server. Without options it takes about a minute; docs/performance.md explains it."
    },
    footer = {"", "Example:", "  shoal bench --shape tiny --works experts --steps 2"})
@SuppressWarnings("UnusedMethod") // picocli calls them
public final class BenchCommand extends ConnectedCommand {

  private final Map<String, String> options = new HashMap<>();

  @Option(
      names = "--shape",
      paramLabel = "NAME",
      description = "tinyllama, lab-27m-like or tiny; default: tinyllama on a GPU, else tiny.")
  private void shape(String value) {
    options.put("shape", value);
  }

  @Option(
      names = "--model",
      paramLabel = "FOLDER",
      description = "Use the sizes in this model's config.json instead.")
  private void model(String value) {
    options.put("model", value);
  }

  @Option(
      names = "--tokens",
      paramLabel = "N",
      description = "Tokens of a step on each device; default: 16 windows.")
  private void tokens(String value) {
    options.put("tokens", value);
  }

  @Option(
      names = "--micro",
      paramLabel = "N",
      description = "Tokens of one forward and backward; default: all of a step.")
  private void micro(String value) {
    options.put("micro", value);
  }

  @Option(
      names = "--segment",
      paramLabel = "LAYERS",
      description = "Layers whose activations are kept; default: all.")
  private void segment(String value) {
    options.put("segment", value);
  }

  @Option(names = "--steps", paramLabel = "N", description = "Rounds of each work; default: 8.")
  private void steps(String value) {
    options.put("steps", value);
  }

  @Option(
      names = "--works",
      paramLabel = "WORKS",
      description =
          "Of "
              + BenchWork.KINDS
              + ". Folded is the router stage where each expert has its own down projections;"
              + " deterministic, experts with the same bits every time. Each may be followed by"
              + " :TOKENS:MICRO:SEGMENT, for example experts:65536:65536:1.")
  private void works(String value) {
    options.put("works", value);
  }

  @Option(
      names = "--results",
      paramLabel = "FILE",
      description = "Write one line of JSON for each work, as soon as it is done.")
  private void results(String value) {
    options.put("results", value);
  }

  @Override
  public Integer call() {
    BenchRequest request = request();
    List<ObjectNode> works = BenchTable.run(request, output::say);
    ObjectNode answer = Output.object();
    answer.putArray("works").addAll(works);
    output.answer(answer);
    boolean any = works.stream().anyMatch(work -> !work.has("error"));
    return any ? ExitCode.DONE : ExitCode.FAILED;
  }

  private BenchRequest request() {
    WorkerDevices here = new Wiring(connection.settings()).devices();
    Numerics.Device kind = here.automatic();
    List<Device> devices = here.all(new Numerics(kind, WorkerDevices.automatic(kind), false));
    try {
      return BenchRequest.of(devices, options);
    } catch (IllegalArgumentException e) {
      throw UserError.wrongUse(e.getMessage() + ".");
    }
  }
}
