package dev.shoal.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
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
      for (int i = 0; i < 2; i++) {
        home.arm("checkpoint.after");
        home.awaitReached("checkpoint.after");
        if (i == 0) {
          home.release("checkpoint.after");
        }
      }
      home.slow(false);
      home.home.killWorker();
      long before = home.work("train experts.begin");
      flip(newestFile(home.home.artifacts().resolve("checkpoints"), "safetensors"));
      home.home.shoal("up", "-d");
      double seconds = home.awaitWork("train experts.begin", before);
      assertThat(home.lineage(home.finish())).isEqualTo(Undisturbed.lineage());
      home.awaitLog("is damaged or gone");
      PAGE.row(
          "newest checkpoint damaged",
          "worker killed after its second checkpoint, one bit of that flipped",
          seconds,
          home.steps().repeated(),
          SAME);
    }
  }

  @Test
  @DisplayName("artifacts with a flipped bit, cut short, or gone are made again")
  void artifacts(@TempDir Path state) throws Exception {
    try (FaultHome home = new FaultHome(state)) {
      home.start();
      home.finish();
      for (Damage damage : Damage.values()) {
        Path objects = home.home.artifacts().resolve("objects");
        List<Path> victims = folders(objects);
        for (Path folder : victims) {
          damage.to(folder);
        }
        JsonNode again = home.home.shoal("watch", home.start(), "--json").json();
        assertThat(home.lineage(again)).as(damage.name()).isEqualTo(Undisturbed.lineage());
        home.checkArtifacts();
        PAGE.row(
            "every artifact " + damage.words,
            damage.how.formatted(victims.size()),
            Double.NaN,
            0,
            "same digest, " + again.path("computed").asInt() + " stages computed again");
      }
    }
  }

  private enum Damage {
    FLIPPED(
        "with a flipped bit",
        "one bit flipped in the largest file of %d artifacts, the same request started again") {
      @Override
      void to(Path folder) throws IOException {
        flip(newestFile(folder, ""));
      }
    },
    TRUNCATED(
        "cut short",
        "the largest file of %d artifacts a byte shorter, the same request started again") {
      @Override
      void to(Path folder) throws IOException {
        Path file = newestFile(folder, "");
        file.toFile().setWritable(true);
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
          access.setLength(access.length() - 1);
        }
      }
    },
    GONE("gone", "%d artifacts deleted, the same request started again") {
      @Override
      void to(Path folder) throws IOException {
        FileUtils.deleteDirectory(folder.toFile());
      }
    };

    private final String words;
    private final String how;

    Damage(String words, String how) {
      this.words = words;
      this.how = how;
    }

    abstract void to(Path folder) throws IOException;
  }

  private static List<Path> folders(Path objects) throws IOException {
    try (Stream<Path> all = Files.walk(objects, 2)) {
      return all.filter(f -> f.getFileName().toString().length() == 64).toList();
    }
  }

  /** The one written last, and of those the largest. */
  private static Path newestFile(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().endsWith(ending))
          .max(
              Comparator.comparing((Path file) -> file.getParent().toFile().lastModified())
                  .thenComparing(file -> file.toFile().length()))
          .orElseThrow();
    }
  }

  private static void flip(Path path) throws IOException {
    path.toFile().setWritable(true);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      long middle = file.length() / 2;
      file.seek(middle);
      int old = file.read();
      file.seek(middle);
      file.write(old ^ 1);
    }
  }
}
