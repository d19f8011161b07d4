package dev.shoal.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shoal.worker.TestHome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("faults")
@DisplayName("What changes while no worker runs")
class ThingsChangedTest {

  private static final String HISTORY = "shoal.flyway_schema_history";
  private static final Path FAKE_CLOCK =
      Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1");
  private static final ReliabilityPage PAGE = new ReliabilityPage("ThingsChangedTest");

  @Test
  @DisplayName("is named, if it is the text: the run ends and says which file")
  void corpus(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      Path corpora = state.resolve("corpora");
      for (String name : new String[] {"code", "sql"}) {
        FileUtils.copyDirectory(
            TestHome.sample().resolve("corpora").resolve(name).toFile(),
            corpora.resolve(name).toFile());
      }
      home.arm("tokenize.begin");
      home.start("--set", "datasets=" + corpora);
      home.awaitReached("tokenize.begin");
      home.home.killWorker();
      try (var files = Files.walk(corpora.resolve("sql"))) {
        Path file = files.filter(Files::isRegularFile).sorted().toList().get(0);
        Files.writeString(file, "\n", StandardOpenOption.APPEND);
      }
      home.home.shoal("up", "-d");
      TestHome.Ran end = home.home.attempt("watch", "pico");
      assertThat(end.exit()).isEqualTo(1);
      assertThat(end.out() + end.err())
          .contains("has changed or gone since the run was inspected", "sql");
      PAGE.row(
          "a corpus changed on the disk",
          "worker killed while tokenizing, a line added to a file, a worker started",
          Double.NaN,
          0,
          "the run ends and names the file");
    }
  }

  @Test
  @DisplayName("is refused, if it is the schema: a newer or a different one")
  void schema(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      home.arm("train experts.begin");
      home.start();
      home.awaitReached("train experts.begin");
      home.home.killWorker();
      home.execute(
          "insert into %s select 999, '9999', 'later', type, script, 1, installed_by, now(), 1, true from %s where version = '0001'"
              .formatted(HISTORY, HISTORY));
      refused(home, "was migrated by a newer Shoal");
      home.execute("delete from %s where version = '9999'".formatted(HISTORY));
      home.execute(
          "update %s set checksum = checksum + 1 where version = '0003'".formatted(HISTORY));
      refused(home, "a migration differs from the one that was applied");
      home.execute(
          "update %s set checksum = checksum - 1 where version = '0003'".formatted(HISTORY));
      home.home.shoal("up", "-d");
      assertThat(home.lineage(home.finish())).isEqualTo(Undisturbed.lineage());
      String how =
          "the record of migrations changed while experts are trained, a worker started: it is refused; put back, the run went on";
      PAGE.row(
          "a database of a newer version", how, Double.NaN, home.steps().repeated(), "same digest");
      PAGE.row(
          "a database with a damaged schema",
          how,
          Double.NaN,
          home.steps().repeated(),
          "same digest");
    }
  }

  @Test
  @DisplayName("does not matter, if it is the worker's code: a newer version takes the run over")
  void newerWorker(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      home.arm("train experts.begin");
      home.start();
      home.awaitReached("train experts.begin");
      home.home.killWorker();
      long before = home.work("train experts.begin");
      home.newerCode();
      home.home.shoal("up", "-d");
      double seconds = home.awaitWork("train experts.begin", before);
      assertThat(digests(home.lineage(home.finish()))).isEqualTo(digests(Undisturbed.lineage()));
      assertThat(version(home, "train router")).isEqualTo(version(home, "train experts") - 1000);
      PAGE.row(
          "a newer worker takes over a running workflow",
          "worker killed while experts are trained, one started whose every stage has a higher code version: what was finished stays, the rest is computed under the new version",
          seconds,
          home.steps().repeated(),
          "same digest");
    }
  }

  private static List<String> digests(List<String> lineage) {
    return lineage.stream().map(line -> line.replaceFirst(", code version \\d+$", "")).toList();
  }

  /** The code version that a stage of the run was computed with. */
  private static long version(FaultHome home, String stage) throws Exception {
    return home.number(
        "select code_version::int from shoal.computation where status = 'SUCCEEDED' and stage_name = '%s'"
            .formatted(stage));
  }

  private static void refused(FaultHome home, String why) {
    TestHome.Ran up = home.home.attempt("up", "-d");
    assertThat(up.exit()).isNotZero();
    assertThat(up.out() + up.err()).containsIgnoringWhitespaces(why); // lines are wrapped
  }

  @Test
  @DisplayName("does not matter, if it is the clock: a worker an hour ahead goes on")
  void clock(@TempDir Path state) throws Exception {
    assumeTrue(Files.exists(FAKE_CLOCK), "libfaketime is not installed; the clock is not moved");
    try (FaultHome home = new FaultHome(state)) {
      home.arm("train experts.begin");
      home.start();
      home.awaitReached("train experts.begin");
      home.home.killWorker();
      long before = home.work("train experts.begin");
      home.home.variable("LD_PRELOAD", FAKE_CLOCK.toString());
      home.home.variable("FAKETIME", "+1h");
      home.home.variable("DONT_FAKE_MONOTONIC", "1");
      home.home.variable("FAKETIME_FORCE_MONOTONIC_FIX", "0");
      home.home.shoal("up", "-d");
      double seconds = home.awaitWork("train experts.begin", before);
      assertThat(home.lineage(home.finish())).isEqualTo(Undisturbed.lineage());
      PAGE.row(
          "the clock jumps by an hour",
          "worker killed while experts are trained, and started with a clock an hour ahead of the servers'",
          seconds,
          home.steps().repeated(),
          "same digest");
    }
  }
}
