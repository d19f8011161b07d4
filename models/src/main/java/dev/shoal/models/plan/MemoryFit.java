package dev.shoal.models.plan;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The search behind {@link MemoryPlan#choose}. */
record MemoryFit(MemoryNeed need, MemoryBudget budget, int batchWindows) {

  private static final int SHORTEST_WINDOW = 128;
  private static final int PROPOSED_RANK = 8;

  MemoryPlan choose() {
    int layers = need.moe().dense().layers();
    int best = largestMicroBatch(layers);
    int segment = layers;
    if (best < wanted()) {
      for (int shorter = layers - 1; shorter >= 1; shorter--) {
        int windows = largestMicroBatch(shorter);
        if (windows > best) {
          best = windows;
          segment = shorter;
        }
      }
    }
    return best == 0 ? tooLarge() : fits(best, segment);
  }

  /** The whole batch, or as many windows as keep the device busy, whichever is less. */
  private int wanted() {
    int busy = (int) Math.ceil((double) MemoryPlan.BUSY_TOKENS / need.training().sequenceTokens());
    return Math.min(Integer.highestOneBit(batchWindows), busy);
  }

  /** The largest power of two that fits and is within the batch; 0 when not even one does. */
  private int largestMicroBatch(int segmentLayers) {
    int windows = Integer.highestOneBit(batchWindows);
    while (windows > 0 && !budget.holds(device(windows, segmentLayers), need.hostBytes())) {
      windows /= 2;
    }
    return windows;
  }

  private MemoryPlan.Fits fits(int windows, int segment) {
    boolean recompute = segment < need.moe().dense().layers();
    return new MemoryPlan.Fits(
        windows, segment, recompute, device(windows, segment), need.hostBytes());
  }

  private long device(int windows, int segmentLayers) {
    return need.deviceBytes(windows, segmentLayers);
  }

  /** The least the device must hold: one window, with the best segment length. */
  private long leastDeviceBytes() {
    long least = Long.MAX_VALUE;
    for (int segment = 1; segment <= need.moe().dense().layers(); segment++) {
      least = Math.min(least, device(1, segment));
    }
    return least;
  }

  private MemoryPlan.TooLarge tooLarge() {
    String missing =
        "training: one window of %d tokens needs %s on the device and %s on the host; there are %s and %s%s"
            .formatted(
                need.training().sequenceTokens(),
                size(leastDeviceBytes()),
                size(need.hostBytes()),
                size(budget.deviceBytes()),
                size(budget.hostBytes()),
                budget.shared() ? " in one memory" : "");
    return new MemoryPlan.TooLarge(
        leastDeviceBytes(), need.hostBytes(), missing + "; " + proposal());
  }

  private String proposal() {
    for (Map.Entry<String, Training> smaller : smallerTrainings().entrySet()) {
      MemoryFit fit = new MemoryFit(need.with(smaller.getValue()), budget, 1);
      if (budget.holds(fit.leastDeviceBytes(), fit.need.hostBytes())) {
        return "set %s, which needs %s on the device and %s on the host"
            .formatted(smaller.getKey(), size(fit.leastDeviceBytes()), size(fit.need.hostBytes()));
      }
    }
    return "use a larger device, fewer or narrower experts";
  }

  /** What to set for a smaller stage, mildest change first. */
  private Map<String, Training> smallerTrainings() {
    Map<String, Training> smaller = new LinkedHashMap<>();
    add(smaller, "", need.training());
    if (need.training().weights().part() == TrainedWeights.Part.FULL) {
      TrainedWeights lora = TrainedWeights.lora(PROPOSED_RANK);
      add(smaller, "training.weights to lora", need.training().withWeights(lora));
    }
    return smaller;
  }

  private static void add(Map<String, Training> smaller, String name, Training training) {
    String prefix = name.isEmpty() ? "" : name + " and ";
    if (!name.isEmpty()) {
      smaller.put(name, training);
    }
    for (int s = training.sequenceTokens() / 2; s >= SHORTEST_WINDOW; s /= 2) {
      smaller.put(prefix + "training.sequence_tokens to " + s, training.withSequenceTokens(s));
    }
    if (training.distillation()) {
      add(smaller, prefix + "training.distillation.weight to 0", training.withoutDistillation());
    }
  }

  private static String size(long bytes) {
    if (bytes < 1L << 30) {
      return String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1L << 20));
    }
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }
}
