package dev.shoal.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("faults")
@DisplayName("A run of the laboratory's small model")
class RandomKillsTest {

  private static final int KILLS = 20;

  /** Of the undisturbed time, in which all kills fall: the run must not end before the last one. */
  private static final double SHARE = 0.95;

  private static final int ROUTER_STEPS = 16;
  private static final int EXPERT_STEPS = 144;

  private static final String REQUEST =
      """
      recipe: domains-2026.1
      name: killed
      model: %1$s/lab-3m
      datasets: %1$s/corpora
      experts: {num_experts: 2}
      calibration: {windows: 32, window_tokens: 256, affinity_windows: 8}
      training:
        router_tokens: %2$d
        expert_tokens: %3$d
        batch_tokens: 2048
        sequence_tokens: 256
        weights: lora
      evaluation: {windows: 8, window_tokens: 256}
      checkpoint: {every_seconds: 5}
      """;

  @Test
  @Timeout(value = 45, unit = TimeUnit.MINUTES)
  @DisplayName("killed twenty times at random ends with the same bytes, in little more time")
  void twenty(@TempDir Path calm, @TempDir Path wild) throws Exception {
    String lab = System.getenv("SHOAL_LAB");
    assumeTrue(lab != null, "SHOAL_LAB is not set: the laboratory's model is not killed at random");
    List<String> expected;
    List<Double> done;
    try (FaultHome home = new FaultHome(calm)) {
      done = undisturbed(home, start(home, Path.of(lab)));
      expected = lineage(home, home.finish(ROUTER_STEPS + EXPERT_STEPS));
    }
    double undisturbed = done.get(done.size() - 1);
    try (FaultHome home = new FaultHome(wild)) {
      long begin = start(home, Path.of(lab));
      double waits = kill(home, done);
      JsonNode result = home.finish(ROUTER_STEPS + EXPERT_STEPS);
      double seconds = seconds(begin);
      assertThat(lineage(home, result)).isEqualTo(expected);
      assertThat(seconds - waits).isLessThan(1.5 * undisturbed);
      report(undisturbed, seconds, waits, home.steps().repeated());
    }
  }

  /** Both have a folder of their own for model and text. */
  private static List<String> lineage(FaultHome home, JsonNode result) throws Exception {
    return home.lineage(result).stream()
        .map(line -> line.replace(home.state().toString(), ""))
        .toList();
  }

  private static long start(FaultHome home, Path lab) throws Exception {
    Path state = home.state();
    FileUtils.copyDirectory(
        lab.resolve("models").resolve("lab-3m").toFile(), state.resolve("lab-3m").toFile());
    for (String set : List.of("code_python", "german", "legal")) {
      FileUtils.copyDirectory(
          lab.resolve("corpora").resolve(set).toFile(),
          Files.createDirectories(state.resolve("corpora")).resolve(set).toFile());
    }
    String request = REQUEST.formatted(state, ROUTER_STEPS * 2048, EXPERT_STEPS * 2048);
    long begin = System.nanoTime();
    home.startRequest(request);
    return begin;
  }

  private static double seconds(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }

  /** Stages that are finished and steps that are done, each once. */
  private static long done(FaultHome home) throws Exception {
    FaultHome.Steps steps = home.steps();
    return steps.done()
        - steps.repeated()
        + home.number("select count(*) from shoal.computation where status = 'SUCCEEDED'");
  }

  /** Seconds since the beginning at which so many stages and steps were done; last, the end. */
  private static List<Double> undisturbed(FaultHome home, long begin) throws Exception {
    List<Double> times = new ArrayList<>(List.of(0.0));
    FaultHome.await(
        "the end of the undisturbed run",
        FaultHome.PATIENCE,
        () -> {
          fill(times, done(home), seconds(begin));
          return home.number("select count(*) from shoal.run where status = 'SUCCEEDED'") == 1;
        });
    times.add(seconds(begin));
    return times;
  }

  private static void fill(List<Double> times, long done, double now) {
    while (times.size() <= done) {
      times.add(now);
    }
  }

  /**
   * Kills at random times of the undisturbed run, each where the run is as far as that was then:
   * after so many stages and steps, and so long into the next.
   *
   * @return seconds in which no work was done: until a kill was noticed and a worker was there
   */
  private static double kill(FaultHome home, List<Double> done) throws Exception {
    double end = SHARE * done.get(done.size() - 1);
    double[] moments = new Random(42).doubles(KILLS, 0, end).sorted().toArray();
    double waits = 0;
    for (double moment : moments) {
      int units = (int) done.stream().filter(time -> time <= moment).count() - 1;
      FaultHome.await("unit " + units, FaultHome.PATIENCE, () -> done(home) >= units);
      Thread.sleep((long) (1000 * (moment - done.get(units))));
      long before = home.work(FaultHome.ANY);
      long killed = System.nanoTime();
      home.home.killWorker();
      home.home.shoal("up", "-d");
      home.awaitWork(FaultHome.ANY, before);
      waits += seconds(killed);
    }
    return waits;
  }

  private static void report(double undisturbed, double seconds, double waits, long repeated)
      throws Exception {
    ReliabilityPage page = new ReliabilityPage("RandomKillsTest");
    page.row(
        "worker killed twenty times",
        String.format(
            Locale.ROOT,
            "`lab-3m`, %d training steps, twenty SIGKILLs at random times (seed 42): %.0f s in all, of which %.0f s until kills were noticed and workers started; undisturbed %.0f s",
            ROUTER_STEPS + EXPERT_STEPS,
            seconds,
            waits,
            undisturbed),
        waits / KILLS,
        repeated,
        "same digest");
  }
}
