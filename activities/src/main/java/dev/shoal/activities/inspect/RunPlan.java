package dev.shoal.activities.inspect;

import dev.shoal.models.plan.CheckpointWriting;
import dev.shoal.models.plan.MemoryPlan;
import dev.shoal.models.plan.MemoryUse;
import dev.shoal.models.plan.OptimizerHome;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a run will cost, before it starts.
 *
 * @param stages in order
 * @param denseParameters of the source model
 * @param parameters of the mixture, in all
 * @param activeParameters of the mixture that one token uses
 * @param memory of the training stages
 * @param diskBytes written and kept
 * @param seconds estimated, at the speed measured on this machine
 * @param queue where stages find a device that is large enough
 * @param warnings what a user should think about
 */
public record RunPlan(
    List<Line> stages,
    long denseParameters,
    long parameters,
    long activeParameters,
    List<StageMemory> memory,
    long diskBytes,
    double seconds,
    String queue,
    List<String> warnings) {

  /** Keeps its own copies. */
  public RunPlan {
    stages = List.copyOf(stages);
    memory = List.copyOf(memory);
    warnings = List.copyOf(warnings);
  }

  /**
   * One stage.
   *
   * @param stage its name
   * @param tokens it reads, each pass counted
   * @param flops of its matrix products
   * @param seconds estimated
   */
  public record Line(String stage, long tokens, double flops, double seconds) {}

  /**
   * How one training stage fits into memory; the stage itself asks again before it starts.
   *
   * @param stage its name
   * @param microBatchWindows sequences of one forward and backward pass
   * @param segmentLayers layers differentiated at a time
   * @param recompute whether the layers run forward twice
   * @param home of the optimiser's state
   * @param checkpoints whether training waits until they are written
   * @param use the bytes, part by part
   */
  public record StageMemory(
      String stage,
      int microBatchWindows,
      int segmentLayers,
      boolean recompute,
      OptimizerHome home,
      CheckpointWriting checkpoints,
      MemoryUse use) {

    static StageMemory of(String stage, MemoryPlan.Fits fits) {
      return new StageMemory(
          stage,
          fits.microBatchWindows(),
          fits.segmentLayers(),
          fits.recompute(),
          fits.home(),
          fits.checkpoints(),
          fits.use());
    }

    private String row() {
      return text(
          "| %s | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | **%.2f** | %.2f | %d | %s | %s | %s |\n",
          stage,
          gib(use.weights()),
          gib(use.teacher()),
          gib(use.trained()),
          gib(use.gradients()),
          gib(use.moments()),
          gib(use.activations()),
          gib(use.deviceBytes()),
          gib(use.hostBytes()),
          microBatchWindows,
          recompute ? "by " + segmentLayers + " layers" : "no",
          home.name().toLowerCase(Locale.ROOT),
          checkpoints.name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }
  }

  /** For the current details of the run and the terminal. */
  public String markdown() {
    String rows =
        stages.stream()
            .map(s -> text("| %s | %,d | %.2e | %.0f s |\n", s.stage, s.tokens, s.flops, s.seconds))
            .collect(Collectors.joining());
    String notes =
        warnings.stream().map(w -> "- Warning: " + w + "\n").collect(Collectors.joining());
    return "| stage | tokens | FLOPs | estimate |\n|---|---|---|---|\n"
        + rows
        + text(
            "\nParameters: dense %,d; mixture %,d in all, %,d active. Disk: %.2f GiB. Estimate: %.0f"
                + " min. Devices: queue %s.\n",
            denseParameters,
            parameters,
            activeParameters,
            gib(diskBytes),
            Math.ceil(seconds / 60),
            queue)
        + memoryTable()
        + notes;
  }

  private String memoryTable() {
    if (memory.isEmpty()) {
      return "";
    }
    return "\n| memory, GiB | weights | teacher | trained | gradients | moments | activations"
        + " | device | host | sequences at once | recomputed | optimiser | checkpoints |\n"
        + "|---|---|---|---|---|---|---|---|---|---|---|---|---|\n"
        + memory.stream().map(StageMemory::row).collect(Collectors.joining())
        + "\n";
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static double gib(long bytes) {
    return bytes / (double) (1L << 30);
  }
}
