package dev.shoal.worker.runs;

import dev.shoal.activities.inspect.RunPlan;
import java.util.Locale;
import java.util.StringJoiner;

/** A plan for the terminal: cost by stage, sizes, memory of the training stages, warnings. */
public final class PlanTables {

  private static final double GIB = 1L << 30;

  private PlanTables() {}

  /** Lines without a line end after the last. */
  public static String text(RunPlan plan) {
    StringJoiner text = new StringJoiner(System.lineSeparator().repeat(2));
    text.add(stages(plan).toString());
    text.add(TextTable.wrap(sizes(plan)));
    if (!plan.memory().isEmpty()) {
      text.add(memory(plan).toString());
    }
    plan.warnings().forEach(warning -> text.add(TextTable.wrap("Warning: " + warning)));
    return text.toString();
  }

  private static TextTable stages(RunPlan plan) {
    TextTable table = new TextTable("stage", "tokens", "FLOPs", "estimate, s");
    for (RunPlan.Line line : plan.stages()) {
      table.add(
          line.stage(),
          format("%,d", line.tokens()),
          line.flops() == 0 ? "" : format("%.2e", line.flops()),
          line.flops() == 0 ? "" : format("%,.0f", line.seconds()));
    }
    return table;
  }

  private static String sizes(RunPlan plan) {
    return format(
        "Parameters: dense %,d; mixture %,d in all, %,d active. Disk: %.2f GiB. Devices: queue %s.\n"
            + "Estimate: %.0f min of matrix products, at the speed of large ones measured just now; small"
            + " models and busy machines take several times as long, and reading text is not in it.",
        plan.denseParameters(),
        plan.parameters(),
        plan.activeParameters(),
        plan.diskBytes() / GIB,
        plan.queue(),
        Math.ceil(plan.seconds() / 60));
  }

  private static TextTable memory(RunPlan plan) {
    TextTable table =
        new TextTable(
            "memory, GiB",
            "weights",
            "teacher",
            "trained",
            "gradients",
            "moments",
            "activations",
            "device",
            "host",
            "sequences at once",
            "recomputed",
            "optimiser",
            "checkpoints");
    for (RunPlan.StageMemory stage : plan.memory()) {
      table.add(
          stage.stage(),
          gib(stage.use().weights()),
          gib(stage.use().teacher()),
          gib(stage.use().trained()),
          gib(stage.use().gradients()),
          gib(stage.use().moments()),
          gib(stage.use().activations()),
          gib(stage.use().deviceBytes()),
          gib(stage.use().hostBytes()),
          String.valueOf(stage.microBatchWindows()),
          stage.recompute() ? "by %d layers".formatted(stage.segmentLayers()) : "no",
          stage.home().name().toLowerCase(Locale.ROOT),
          stage.checkpoints().name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }
    return table;
  }

  private static String gib(long bytes) {
    return format("%.3f", bytes / GIB);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
