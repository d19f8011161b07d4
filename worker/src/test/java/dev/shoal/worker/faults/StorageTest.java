package dev.shoal.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("faults")
@DisplayName("A run whose files are lost, damaged or refused ends with the same bytes:")
class StorageTest {

  private static final String FULL =
      "the file system of the artifacts filled to its last byte, and freed again";

  private static final String SAME = "same digest";
  private static final ReliabilityPage PAGE = new ReliabilityPage("StorageTest");

  @Test
  @DisplayName("disk full at a checkpoint and at an export, and turned read-only")
  void disk(@TempDir Path state) throws Exception {
    Path artifacts = Files.createDirectories(state.resolve("artifacts"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", artifacts.toString()) == 0,
        "mounting a file system needs root; disks that are full or read-only are not tested");
    try (FaultHome home = new FaultHome(state)) {
      home.arm("train experts.begin");
      home.start();
      home.awaitReached("train experts.begin");
      double training = full(home, artifacts, "train experts");
      home.arm("export.begin");
      home.awaitReached("export.begin");
      PAGE.row("disk full at a checkpoint", FULL, training, home.steps().repeated(), SAME);
      home.arm("report.begin");
      PAGE.row("disk full at an export", FULL, full(home, artifacts, "export"), 0, SAME);
      home.awaitReached("report.begin");
      assertThat(run("mount", "-o", "remount,ro", artifacts.toString())).isZero();
      home.release("report.begin");
      home.awaitLog("Read-only file system");
      assertThat(run("mount", "-o", "remount,rw", artifacts.toString())).isZero();
      assertThat(home.lineage(home.finish())).isEqualTo(Undisturbed.lineage());
      PAGE.row(
          "artifact folder read-only",
          "its file system mounted read-only while the report is written, and writable again",
          Double.NaN,
          0,
          SAME);
    } finally {
      run("umount", "-l", artifacts.toString());
    }
  }

  /** Seconds from when there is room again to when the stage is tried again. */
  private static double full(FaultHome home, Path disk, String stage) throws Exception {
    Path filler = disk.resolve("filler");
    fill(filler);
    home.release(stage + ".begin");
    home.awaitLog(stage + "  failed: ");
    long before = home.work(stage + ".begin");
    Files.delete(filler);
    return home.awaitWork(stage + ".begin", before);
  }

  private static void fill(Path filler) throws IOException {
    byte[] block = new byte[1 << 12];
    try (RandomAccessFile file = new RandomAccessFile(filler.toFile(), "rw")) {
      while (true) {
        file.write(block);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  @Test
  @DisplayName("the newest checkpoint damaged while no worker runs")
  void checkpoint(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      home.slow(true);
      home.arm("train experts.begin");
      home.start();
      home.awaitReached("train experts.begin");
      home.release("train experts.begin");
      Map<Damage, Double> seconds = new EnumMap<>(Damage.class);
      for (Damage damage : Damage.values()) {
        seconds.put(damage, damaged(home, damage));
      }
      home.slow(false);
      long repeated = home.steps().repeated();
      assertThat(home.lineage(home.finish())).isEqualTo(Undisturbed.lineage());
      home.awaitLog("is damaged or gone");
      for (Damage damage : Damage.values()) {
        PAGE.row(
            "newest checkpoint " + damage.words,
            "worker killed after its second checkpoint, %s, a worker started".formatted(damage.how),
            seconds.get(damage),
            repeated,
            SAME);
      }
    }
  }

  /** Seconds until the stage goes on, from the checkpoint before the one that is damaged. */
  private static double damaged(FaultHome home, Damage damage) throws Exception {
    for (int i = 0; i < 2; i++) {
      home.arm("checkpoint.after");
      home.awaitReached("checkpoint.after");
      if (i == 0) {
        home.release("checkpoint.after");
      }
    }
    home.home.killWorker();
    long before = home.work("train experts.begin");
    damage.to(newest(home.home.artifacts().resolve("checkpoints")));
    home.home.shoal("up", "-d");
    return home.awaitWork("train experts.begin", before);
  }

  /** A stage's checkpoints are folders in one of its own. */
  private static Path newest(Path checkpoints) throws IOException {
    try (Stream<Path> folders = Files.walk(checkpoints, 2)) {
      return folders
          .filter(folder -> folder.getFileName().toString().matches("\\d+-\\d+"))
          .max(Comparator.comparing(folder -> folder.toFile().lastModified()))
          .orElseThrow();
    }
  }

  @Test
  @DisplayName("artifacts with a flipped bit, cut short, or with something gone are made again")
  void artifacts(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      home.start();
      home.finish();
      for (Damage damage : Damage.values()) {
        List<Path> victims = stored(home.home.artifacts().resolve("objects"));
        for (Path folder : victims) {
          damage.to(folder);
        }
        JsonNode again = home.home.shoal("watch", home.start(), "--json").json();
        assertThat(home.lineage(again)).as(damage.name()).isEqualTo(Undisturbed.lineage());
        home.checkArtifacts();
        PAGE.row(
            "every artifact " + damage.words,
            "%d artifacts, of each %s; the same request started again"
                .formatted(victims.size(), damage.how),
            Double.NaN,
            0,
            "same digest, " + again.path("computed").asInt() + " stages computed again");
      }
    }
  }

  private static List<Path> stored(Path objects) throws IOException {
    try (Stream<Path> all = Files.walk(objects, 2)) {
      return all.filter(f -> f.getFileName().toString().length() == 64).toList();
    }
  }
}
