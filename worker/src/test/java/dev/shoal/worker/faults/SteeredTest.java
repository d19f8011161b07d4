package dev.shoal.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("faults")
@DisplayName("A run that its user interrupts ends with the same bytes:")
class SteeredTest {

  /** A run whose report is made has nothing left to stop. */
  private static final List<String> STAGES =
      FaultHome.STAGES.subList(0, FaultHome.STAGES.size() - 1);

  /** A worker asks this often whether its work is still wanted. */
  private static final long TOLD_MILLIS = 3_500;

  private static final ReliabilityPage PAGE = new ReliabilityPage("SteeredTest");

  @Test
  @DisplayName("paused and continued at every stage")
  void paused(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state);
        TemporalClient temporal = new TemporalClient(home)) {
      List<Double> seconds = new ArrayList<>();
      home.arm(STAGES.get(0) + ".begin");
      String id = home.start();
      for (int i = 0; i < STAGES.size(); i++) {
        String stage = STAGES.get(i);
        home.awaitReached(stage + ".begin");
        home.home.shoal("pause", "pico");
        Thread.sleep(TOLD_MILLIS);
        home.release(stage + ".begin");
        temporal.awaitState(id, "PAUSED");
        if (i + 1 < STAGES.size()) {
          home.arm(STAGES.get(i + 1) + ".begin"); // before it goes on: it may be there soon
        }
        long before = home.work(FaultHome.ANY);
        home.home.shoal("unpause", "pico");
        seconds.add(home.awaitWork(FaultHome.ANY, before));
      }
      assertThat(home.lineage(home.finish())).isEqualTo(Undisturbed.lineage());
      rows("paused and continued", "`shoal pause`, `shoal unpause`", seconds, home);
    }
  }

  @Test
  @DisplayName("cancelled and started again at every stage")
  void cancelled(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      List<Double> seconds = new ArrayList<>();
      for (String stage : STAGES) {
        home.arm(stage + ".begin");
        home.start();
        home.awaitReached(stage + ".begin");
        home.home.shoal("cancel", "pico");
        Thread.sleep(TOLD_MILLIS);
        home.release(stage + ".begin");
        assertThat(home.home.attempt("watch", "pico").exit()).isEqualTo(1);
        seconds.add(Double.NaN);
      }
      home.start();
      assertThat(home.lineage(home.finish())).isEqualTo(Undisturbed.lineage());
      rows("cancelled and started again", "`shoal cancel`, `shoal run`", seconds, home);
    }
  }

  private static void rows(String fault, String how, List<Double> seconds, FaultHome home)
      throws Exception {
    for (int i = 0; i < STAGES.size(); i++) {
      PAGE.row(
          "%s, stage %s".formatted(fault, STAGES.get(i)),
          how,
          seconds.get(i),
          home.steps().repeated(),
          "same digest");
    }
  }

  @Test
  @DisplayName("terminated in training, and started again with the same request")
  void terminated(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state);
        TemporalClient temporal = new TemporalClient(home)) {
      String id = inTraining(home);
      temporal.terminate(id);
      home.slow(false);
      long before = home.work("train experts.begin");
      home.start();
      double seconds = home.awaitWork("train experts.begin", before);
      JsonNode result = home.finish();
      assertThat(home.lineage(result)).isEqualTo(Undisturbed.lineage());
      assertThat(result.path("reused").asInt()).isPositive();
      PAGE.row(
          "terminated, the same request started again",
          "Temporal's terminate while experts are trained, `shoal run`",
          seconds,
          home.steps().repeated(),
          "same digest, %d stages reused".formatted(result.path("reused").asInt()));
    }
  }

  @Test
  @DisplayName("reset to its last workflow task")
  void reset(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state);
        TemporalClient temporal = new TemporalClient(home)) {
      String id = inTraining(home);
      temporal.reset(id);
      home.slow(false);
      assertThat(home.lineage(home.finish())).isEqualTo(Undisturbed.lineage());
      PAGE.row(
          "workflow reset",
          "Temporal's reset to the last workflow task while experts are trained",
          Double.NaN,
          home.steps().repeated(),
          "same digest");
    }
  }

  private static String inTraining(FaultHome home) throws Exception {
    home.slow(true);
    home.arm("train experts.begin");
    String id = home.start();
    home.awaitReached("train experts.begin");
    home.arm("checkpoint.after");
    home.release("train experts.begin");
    home.awaitReached("checkpoint.after");
    home.release("checkpoint.after");
    return id;
  }
}
