package dev.shoal.activities.stage;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * What this worker computes, in Micrometer's global registry: the present of each stage as gauges,
 * how stages ended as timers. Costs nothing where nobody collects.
 */
final class StageMeters {

  private static final Map<String, StageProgress> PRESENT = new ConcurrentHashMap<>();

  private StageMeters() {}

  static void present(String stage, StageProgress now) {
    if (PRESENT.put(stage, now) == null) {
      gauge("shoal.stage.step", stage, p -> (double) p.step());
      gauge("shoal.stage.total.steps", stage, p -> (double) p.totalSteps());
      gauge("shoal.stage.loss", stage, StageProgress::loss);
      gauge("shoal.stage.tokens.per.second", stage, StageProgress::tokensPerSecond);
      gauge("shoal.stage.left.seconds", stage, StageProgress::etaSeconds);
    }
  }

  /** Registering one again changes nothing; a stage that does not run has no value. */
  private static void gauge(String name, String stage, Function<StageProgress, Double> value) {
    Gauge.builder(
            name,
            () -> {
              StageProgress now = PRESENT.get(stage);
              return now == null ? null : value.apply(now);
            })
        .tag("stage", stage)
        .register(Metrics.globalRegistry);
  }

  /**
   * A stage's work is over for this worker.
   *
   * @param outcome computed, reused, unfinished, stopped or failed
   */
  static void ended(String stage, String outcome, long begin) {
    PRESENT.remove(stage);
    Metrics.timer("shoal.stage", "stage", stage, "outcome", outcome)
        .record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
  }
}
