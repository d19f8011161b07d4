package dev.shoal.models.plan;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The search behind {@link MemoryPlan#choose}. */
record MemoryFit(MemoryNeed need, MemoryBudget budget, int batchWindows) {

  private static final int SHORTEST_WINDOW = 128;
  private static final int PROPOSED_RANK = 8;

  /** What there is besides windows and segments to choose. */
  private record Way(OptimizerHome home, CheckpointWriting checkpoints) {}

  MemoryPlan choose() {
    return ways()
        .map(this::choose)
        .flatMap(Optional::stream)
        .findFirst()
        .map(MemoryPlan.class::cast)
        .orElseGet(this::tooLarge);
  }

  /** The nearest first; on a processor the host is the device. */
  private List<OptimizerHome> homes() {
    return budget.shared() ? List.of(OptimizerHome.DEVICE) : List.of(OptimizerHome.values());
  }

  /** The fastest first. */
  private Stream<Way> ways() {
    return homes().stream()
        .flatMap(
            home ->
                Arrays.stream(CheckpointWriting.values()).map(writing -> new Way(home, writing)));
  }

  private Optional<MemoryPlan.Fits> choose(Way way) {
    int layers = layers();
    int best = largestMicroBatch(layers, way);
    int segment = layers;
    if (best < busy()) {
      for (int shorter = layers - 1; shorter >= 1; shorter--) {
        int windows = largestMicroBatch(shorter, way);
        if (windows > best) {
          best = windows;
          segment = shorter;
        }
      }
    }
    return best == 0 ? Optional.empty() : Optional.of(fits(best, segment, way));
  }

  private int layers() {
    return need.moe().dense().layers();
  }

  /** The whole batch, or as many windows as keep the device busy, whichever is less. */
  private int busy() {
    int busy = (int) Math.ceil((double) MemoryPlan.BUSY_TOKENS / need.training().sequenceTokens());
    return Math.min(most(), busy);
  }

  /** The whole batch, or as many windows as are worth it. */
  private int most() {
    int worthIt = Math.max(1, budget.mostTokens() / need.training().sequenceTokens());
    return Math.min(batchWindows, worthIt);
  }

  /** All that are worth it, else the largest power of two that fits; 0 when not even one does. */
  private int largestMicroBatch(int segmentLayers, Way way) {
    int windows = most();
    while (windows > 0 && !holds(use(windows, segmentLayers, way))) {
      windows = Integer.highestOneBit(windows - 1);
    }
    return windows;
  }

  private MemoryUse use(int windows, int segmentLayers, Way way) {
    int parts = (batchWindows + windows - 1) / windows;
    return way.checkpoints() == CheckpointWriting.BEHIND
        ? need.use(windows, parts, segmentLayers, way.home())
        : need.useWithoutCopy(windows, parts, segmentLayers, way.home());
  }

  private boolean holds(MemoryUse use) {
    return budget.holds(use.deviceBytes(), use.hostBytes());
  }

  private MemoryPlan.Fits fits(int windows, int segment, Way way) {
    return new MemoryPlan.Fits(
        windows,
        segment,
        segment < layers(),
        way.home(),
        way.checkpoints(),
        use(windows, segment, way));
  }

  /** The least for one window on the device, with the best segment length and no copy. */
  private MemoryUse least(OptimizerHome home) {
    Way way = new Way(home, CheckpointWriting.IN_THE_WAY);
    MemoryUse least = use(1, 1, way);
    for (int segment = 2; segment <= layers(); segment++) {
      MemoryUse other = use(1, segment, way);
      least = other.deviceBytes() < least.deviceBytes() ? other : least;
    }
    return least;
  }

  private MemoryPlan.TooLarge tooLarge() {
    MemoryUse least = nearest();
    String missing =
        "training: one window of %d tokens needs %s on the device and %s on the host; there are %s and %s%s"
            .formatted(
                need.training().sequenceTokens(),
                size(least.deviceBytes()),
                size(least.hostBytes()),
                size(budget.deviceBytes()),
                size(budget.hostBytes()),
                budget.shared() ? " in one memory" : "");
    return new MemoryPlan.TooLarge(
        least.deviceBytes(), least.hostBytes(), missing + "; " + proposal());
  }

  /** The first home whose need the device could hold, else the one that asks least of it. */
  private MemoryUse nearest() {
    MemoryUse least = null;
    for (OptimizerHome home : homes()) {
      least = least(home);
      if (least.deviceBytes() <= budget.deviceBytes()) {
        break;
      }
    }
    return least;
  }

  private String proposal() {
    for (Map.Entry<String, Training> smaller : smallerTrainings().entrySet()) {
      MemoryFit fit = new MemoryFit(need.with(smaller.getValue()), budget, batchWindows);
      for (OptimizerHome home : homes()) {
        MemoryUse least = fit.least(home);
        if (holds(least)) {
          return "set %s, which needs %s on the device and %s on the host"
              .formatted(smaller.getKey(), size(least.deviceBytes()), size(least.hostBytes()));
        }
      }
    }
    return "use a larger device, fewer or narrower experts";
  }

  /** What to set for a smaller stage, mildest change first. */
  private Map<String, Training> smallerTrainings() {
    Map<String, Training> smaller = new LinkedHashMap<>();
    withOtherWeights(smaller, "", need.training());
    if (need.training().distillation()) {
      withOtherWeights(
          smaller, "training.distillation.weight to 0 and ", need.training().withoutDistillation());
    }
    return smaller;
  }

  private static void withOtherWeights(
      Map<String, Training> smaller, String prefix, Training training) {
    add(smaller, prefix, training);
    if (training.weights().part() == TrainedWeights.Part.FULL) {
      TrainedWeights lora = TrainedWeights.lora(PROPOSED_RANK);
      add(smaller, prefix + "training.weights to lora and ", training.withWeights(lora));
    }
  }

  /** The training itself, unless it is the one that did not fit, and with shorter windows. */
  private static void add(Map<String, Training> smaller, String prefix, Training training) {
    if (!prefix.isEmpty()) {
      smaller.put(prefix.replaceFirst(" and $", ""), training);
    }
    for (int s = training.sequenceTokens() / 2; s >= SHORTEST_WINDOW; s /= 2) {
      smaller.put(prefix + "training.sequence_tokens to " + s, training.withSequenceTokens(s));
    }
  }

  private static String size(long bytes) {
    if (bytes < 1L << 30) {
      return String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1L << 20));
    }
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }
}
