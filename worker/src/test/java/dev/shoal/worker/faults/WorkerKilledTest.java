package dev.shoal.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A worker that is killed with kill -9")
class WorkerKilledTest {

  /** A crash is noticed after this long, and ten seconds more are granted to go on. */
  private static final double LONGEST = 30 + 10;

  private static final ReliabilityPage PAGE = new ReliabilityPage("WorkerKilledTest");

  /** In the order of a run. */
  private static final Map<String, String> POINTS = new LinkedHashMap<>();

  static {
    POINTS.put("tokenize.begin", "while tokenizing");
    POINTS.put("calibrate.begin", "while calibrating");
    POINTS.put("affinity.begin", "while measuring affinity");
    POINTS.put("build experts.begin", "while building experts");
    POINTS.put("reassemble.stored", "between artifact and commit (reassemble)");
    POINTS.put("train router.begin", "while training, before the first checkpoint");
    POINTS.put("checkpoint.during", "while a checkpoint is written");
    POINTS.put("checkpoint.unrecorded", "between a checkpoint and its record");
    POINTS.put("checkpoint.after", "right after a checkpoint");
    POINTS.put("train experts.stored", "between artifact and commit (train experts)");
    POINTS.put("evaluate.begin", "while evaluating");
    POINTS.put("export.begin", "while exporting");
    POINTS.put("export.committed", "between commit and completion (export)");
    POINTS.put("report.begin", "while reporting");
  }

  @Test
  @Tag("faults")
  @DisplayName("at every stage of one run goes on each time, and the run ends with the same bytes")
  void everywhere(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      List<Row> rows = killAt(List.copyOf(POINTS.keySet()), home);
      report(rows, home.steps().repeated());
    }
  }

  @Test
  @DisplayName(
      "while a checkpoint is written, and on either side of a commit, ends with the same bytes")
  void atTheWorstPoints(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      killAt(List.of("checkpoint.during", "train experts.stored", "export.committed"), home);
    }
  }

  private static List<Row> killAt(List<String> points, FaultHome home) throws Exception {
    List<Row> rows = new ArrayList<>();
    home.arm(points.get(0));
    home.start();
    for (int i = 0; i < points.size(); i++) {
      String point = points.get(i);
      home.awaitReached(point);
      Row row = new Row(POINTS.get(point), home.steps().repeated(), home.work(point));
      home.home.killWorker();
      if (i + 1 < points.size()) {
        home.arm(points.get(i + 1));
      }
      home.home.shoal("up", "-d");
      rows.add(row.after(home.awaitWork(point, row.work())));
    }
    assertThat(home.lineage(home.finish())).isEqualTo(Undisturbed.lineage());
    return rows;
  }

  private static void report(List<Row> rows, long repeated) throws Exception {
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      long until = i + 1 < rows.size() ? rows.get(i + 1).repeated() : repeated;
      assertThat(row.seconds()).as(row.where()).isLessThan(LONGEST);
      PAGE.row(
          "worker killed " + row.where(),
          "SIGKILL at that line of code, a worker started again at once",
          row.seconds(),
          until - row.repeated(),
          "same digest");
    }
  }

  /**
   * @param repeated steps, up to the kill
   * @param work that was claimed, up to the kill
   */
  private record Row(String where, long repeated, long work, double seconds) {

    Row(String where, long repeated, long work) {
      this(where, repeated, work, 0);
    }

    Row after(double time) {
      return new Row(where, repeated, work, time);
    }
  }
}
