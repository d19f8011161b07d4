package dev.shoal.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.worker.faults.FaultHome.Steps;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("faults")
@DisplayName("A run whose servers are stopped ends with the same bytes:")
class ServerStoppedTest {

  private static final List<String> STAGES = FaultHome.STAGES;

  /** Three heartbeat timeouts. */
  private static final long OUTAGE_MILLIS = 90_000;

  private static final String SAME = "same digest";

  private static final ReliabilityPage PAGE = new ReliabilityPage("ServerStoppedTest");

  @Test
  @DisplayName("Temporal killed in the middle of every stage")
  void temporal(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      killedEverywhere(home, "temporal", "Temporal");
    }
  }

  @Test
  @DisplayName("PostgreSQL killed in the middle of every stage")
  void postgres(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      killedEverywhere(home, "postgres", "PostgreSQL");
    }
  }

  private static void killedEverywhere(FaultHome home, String server, String name)
      throws Exception {
    List<Double> seconds = new ArrayList<>();
    home.arm(STAGES.get(0) + ".begin");
    home.start();
    for (int i = 0; i < STAGES.size(); i++) {
      home.awaitReached(STAGES.get(i) + ".begin");
      long before = home.work(FaultHome.ANY);
      home.home.process(server).destroyForcibly();
      if (i + 1 < STAGES.size()) {
        home.arm(STAGES.get(i + 1) + ".begin");
      }
      home.home.shoal("up", "-d");
      home.release(STAGES.get(i) + ".begin");
      seconds.add(home.awaitWork(FaultHome.ANY, before));
    }
    assertThat(home.lineage(home.finish())).isEqualTo(Undisturbed.lineage());
    long repeated = home.steps().repeated();
    for (int i = 0; i < STAGES.size(); i++) {
      PAGE.row(
          "%s killed, stage %s".formatted(name, STAGES.get(i)),
          "SIGKILL of the server in the middle of the work, started again at once",
          seconds.get(i),
          repeated,
          SAME);
    }
  }

  @Test
  @DisplayName("Temporal silent, and away, for three heartbeat timeouts in training")
  void temporalAway(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      home.slow(true);
      home.arm("train router.begin");
      home.start();
      home.awaitReached("train router.begin");
      home.arm("train experts.begin");
      double silent = silent(home);
      home.awaitReached("train experts.begin");
      home.release("train experts.begin");
      home.home.process("temporal").destroyForcibly();
      Thread.sleep(OUTAGE_MILLIS);
      home.slow(false);
      long before = home.work("train experts.begin");
      home.home.shoal("up", "-d");
      double seconds = home.awaitWork("train experts.begin", before);
      assertThat(home.lineage(home.finish())).isEqualTo(Undisturbed.lineage());
      long repeated = home.steps().repeated();
      PAGE.row(
          "Temporal not reachable for three heartbeat timeouts",
          "SIGSTOP of the server while routers are trained, SIGCONT after 90 s: connections stay open and nothing answers",
          silent,
          repeated,
          SAME);
      PAGE.row(
          "Temporal away for three heartbeat timeouts",
          "SIGKILL of the server while experts are trained, started again after 90 s",
          seconds,
          repeated,
          SAME);
    }
  }

  /** Seconds from when the server answers again to when work goes on. */
  private static double silent(FaultHome home) throws Exception {
    ProcessHandle server = home.home.process("temporal");
    FaultHome.signal("STOP", server);
    home.release("train router.begin");
    Thread.sleep(OUTAGE_MILLIS);
    long before = home.work(FaultHome.ANY);
    FaultHome.signal("CONT", server);
    return home.awaitWork(FaultHome.ANY, before);
  }

  @Test
  @DisplayName("PostgreSQL away for three heartbeat timeouts in training, which goes on")
  void postgresAway(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      home.slow(true);
      home.arm("train experts.begin");
      home.start();
      home.awaitReached("train experts.begin");
      long routers = home.steps().done();
      home.release("train experts.begin");
      home.awaitSteps(routers + 1);
      home.home.process("postgres").destroyForcibly();
      Steps before = home.steps();
      Thread.sleep(OUTAGE_MILLIS);
      home.slow(false);
      Steps after = home.steps();
      assertThat(after.done()).isGreaterThan(before.done() + 10);
      home.home.shoal("up", "-d");
      assertThat(home.lineage(home.finish())).isEqualTo(Undisturbed.lineage());
      PAGE.row(
          "PostgreSQL away for three heartbeat timeouts",
          "SIGKILL of the server while experts are trained, started again after 90 s; %d steps were done meanwhile"
              .formatted(after.done() - before.done()),
          Double.NaN,
          home.steps().repeated(),
          SAME);
    }
  }

  @Test
  @DisplayName("PostgreSQL killed in the middle of a commit")
  void duringCommit(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      home.arm("commit.open");
      home.start();
      home.awaitReached("commit.open");
      home.home.process("postgres").destroyForcibly();
      home.home.shoal("up", "-d");
      long before = home.work(FaultHome.ANY);
      home.release("commit.open");
      double seconds = home.awaitWork(FaultHome.ANY, before);
      assertThat(home.lineage(home.finish())).isEqualTo(Undisturbed.lineage());
      PAGE.row(
          "PostgreSQL killed during a commit",
          "SIGKILL of the server with all rows of a commit written and the transaction open",
          seconds,
          home.steps().repeated(),
          SAME);
    }
  }

  @Test
  @DisplayName("every connection of the database taken by somebody else")
  void exhausted(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      home.slow(true);
      home.arm("train experts.begin");
      home.start();
      home.awaitReached("train experts.begin");
      List<Connection> taken = new ArrayList<>();
      takeAll(home.home.endpoints().databaseUrl(), taken);
      home.release("train experts.begin");
      home.slow(false);
      Thread.sleep(20_000);
      for (Connection connection : taken) {
        connection.close();
      }
      assertThat(home.lineage(home.finish())).isEqualTo(Undisturbed.lineage());
      PAGE.row(
          "no connection left in PostgreSQL",
          "%d connections opened by another program for 20 s of training".formatted(taken.size()),
          Double.NaN,
          home.steps().repeated(),
          SAME);
    }
  }

  private static void takeAll(String url, List<Connection> taken) {
    try {
      while (true) {
        taken.add(DriverManager.getConnection(url));
      }
    } catch (SQLException full) {
      assertThat(full.getSQLState()).startsWith("53"); // too many connections
    }
  }

  @Test
  @DisplayName("transactions that cannot be serialized, with two workers")
  void serializable(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      home.execute("alter system set default_transaction_isolation = 'serializable'");
      home.execute("select pg_reload_conf()");
      home.home.startWorker();
      home.start();
      assertThat(home.lineage(home.finish())).isEqualTo(Undisturbed.lineage());
      PAGE.row(
          "transactions refused as not serializable",
          "every transaction made serializable, two workers",
          Double.NaN,
          home.steps().repeated(),
          SAME);
    }
  }
}
