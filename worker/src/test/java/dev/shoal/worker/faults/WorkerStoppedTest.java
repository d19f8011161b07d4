package dev.shoal.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("faults")
@DisplayName("Workers that are stopped, frozen, or too many")
class WorkerStoppedTest {

  private static final String SAME = "same digest";
  private static final String MOST_SUCCESSES =
      "select max(n) from (select count(*) n from shoal.attempt where outcome = 'SUCCEEDED' group by key) x";
  private static final ReliabilityPage PAGE = new ReliabilityPage("WorkerStoppedTest");

  @Test
  @DisplayName("with SIGTERM write a checkpoint and leave, and no step is repeated")
  void terminated(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      slowTraining(home);
      ProcessHandle worker = home.home.process("worker");
      worker.destroy();
      double left =
          FaultHome.await("the worker leaves", Duration.ofSeconds(60), () -> !worker.isAlive());
      home.slow(false);
      long before = home.work("train experts.begin");
      home.home.shoal("up", "-d");
      double seconds = home.awaitWork("train experts.begin", before);
      assertThat(home.lineage(home.finish())).isEqualTo(Undisturbed.lineage());
      assertThat(home.steps().repeated()).isZero();
      PAGE.row(
          "worker told to stop",
          "SIGTERM while experts are trained; it left after %.1f s, and was started again"
              .formatted(left),
          seconds,
          0,
          SAME);
    }
  }

  @Test
  @DisplayName("frozen for longer than the heartbeat timeout are fenced off when they wake")
  void frozen(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      slowTraining(home);
      ProcessHandle worker = home.home.process("worker");
      long before = home.work("train experts.begin");
      FaultHome.signal("STOP", worker);
      home.slow(false);
      home.home.startWorker();
      double seconds = home.awaitWork("train experts.begin", before);
      JsonNode result = home.finish();
      FaultHome.signal("CONT", worker);
      home.awaitLog("superseded");
      assertThat(home.lineage(result)).isEqualTo(Undisturbed.lineage());
      home.checkBooks();
      PAGE.row(
          "worker frozen",
          "SIGSTOP while experts are trained, another worker beside it, SIGCONT when the run was done: it is told that it was superseded",
          seconds,
          home.steps().repeated(),
          SAME);
    }
  }

  private static void slowTraining(FaultHome home) throws Exception {
    home.slow(true);
    home.arm("train experts.begin");
    home.start();
    home.awaitReached("train experts.begin");
    home.arm("checkpoint.after");
    home.release("train experts.begin");
    home.awaitReached("checkpoint.after");
    home.release("checkpoint.after");
    Thread.sleep(5_000); // into the steps behind the checkpoint
  }

  @Test
  @DisplayName(
      "of which two claim one stage for two runs of one request: the second is told to wait")
  void claimed(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state);
        TemporalClient temporal = new TemporalClient(home)) {
      home.home.startWorker();
      home.arm("train experts.begin");
      List<String> runs =
          Stream.of("pico-1", "pico-2").parallel().map(n -> startNamed(home, n)).toList();
      home.awaitReached("train experts.begin");
      long before = home.work("train experts.begin");
      FaultHome.await(
          "the second claim is refused",
          FaultHome.PATIENCE,
          () -> runs.stream().anyMatch(run -> isRefused(temporal, run)));
      assertThat(home.work("train experts.begin")).isEqualTo(before);
      home.release("train experts.begin");
      for (String run : runs) {
        JsonNode result = home.home.shoal("watch", run, "--json").json();
        assertThat(home.lineage(result)).isEqualTo(Undisturbed.lineage());
      }
      home.checkBooks();
      assertThat(home.number(MOST_SUCCESSES)).isEqualTo(1);
      PAGE.row(
          "two workers claim one stage",
          "one holds `train experts`; the other's claim is refused, and it waits for the result",
          Double.NaN,
          home.steps().repeated(),
          SAME);
      PAGE.row(
          "two runs with the same request at once",
          "two workers, `shoal run` twice at the same time under two names; each stage succeeded once",
          Double.NaN,
          home.steps().repeated(),
          SAME);
    }
  }

  private static String startNamed(FaultHome home, String name) {
    String request = FaultHome.REQUEST.replace("name: pico", "name: " + name);
    return home.home
        .shoal("run", home.home.request(name + ".yaml", request).toString(), "--detach", "--json")
        .json()
        .path("workflow")
        .asText();
  }

  private static boolean isRefused(TemporalClient temporal, String run) {
    try {
      return temporal.lastFailures(run + "/train-experts").stream()
          .anyMatch(message -> message.contains("is at this computation until"));
    } catch (StatusRuntimeException notYetThere) {
      return false;
    }
  }

  @Test
  @DisplayName("of which two share ten runs of one request compute each stage once")
  void together(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      home.home.startWorker();
      List<String> runs = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        runs.add(home.start("--set", "name=pico-" + i));
      }
      JsonNode first = null;
      for (String run : runs) {
        JsonNode result = home.home.shoal("watch", run, "--json").json();
        first = first == null ? result : first;
        assertThat(result.path("exportSha256")).isEqualTo(first.path("exportSha256"));
      }
      assertThat(home.lineage(first)).isEqualTo(Undisturbed.lineage());
      home.checkBooks();
      assertThat(home.number(MOST_SUCCESSES)).isEqualTo(1);
      PAGE.row(
          "ten runs of one request at once",
          "two workers; each stage succeeded once",
          Double.NaN,
          home.steps().repeated(),
          SAME);
    }
  }

  @Test
  @DisplayName("see the same workflow started twice as one")
  void twice(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      home.start();
      home.start();
      assertThat(home.lineage(home.finish())).isEqualTo(Undisturbed.lineage());
      assertThat(home.number("select count(*) from shoal.run")).isEqualTo(1);
      PAGE.row(
          "the same workflow id started twice",
          "`shoal run` twice at once: the second attached itself to the first",
          Double.NaN,
          home.steps().repeated(),
          SAME);
    }
  }

  @Test
  @DisplayName("on a machine with one core")
  void oneCore(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      long pid = home.home.process("worker").pid();
      Process pin =
          new ProcessBuilder(List.of("taskset", "-a", "-p", "-c", "0", Long.toString(pid))).start();
      assertThat(pin.waitFor()).isZero();
      home.start();
      assertThat(home.lineage(home.finish())).isEqualTo(Undisturbed.lineage());
      PAGE.row(
          "one core",
          "every thread of the worker bound to one processor",
          Double.NaN,
          home.steps().repeated(),
          SAME);
    }
  }
}
