package dev.shoal.activities.garbage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.migrations.Database;
import dev.shoal.migrations.Retention;
import dev.shoal.workflows.ArtifactRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Garbage collection while runs go on")
class CollectedWhileWorkingTest {

  /** Far above what a worker needs from storing to committing, even on a busy machine. */
  private static final Duration GRACE = Duration.ofSeconds(4);

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int ENOUGH = 20;
  private static final int WORKERS = 3;
  private static final int KEYS = 30;
  private static final Retention NONE = new Retention(Optional.empty(), OptionalInt.of(0));

  @TempDir private Path root;

  @Test
  @DisplayName("never takes what a run reaches: every artifact of a run that goes on is whole")
  void neverTakesWhatIsReached() throws Exception {
    try (GarbageHome home = new GarbageHome(root)) {
      AtomicBoolean over = new AtomicBoolean();
      AtomicLong collected = new AtomicLong();
      ExecutorService threads = Executors.newFixedThreadPool(WORKERS + 1);
      List<Callable<Integer>> work = new ArrayList<>();
      for (int w = 0; w < WORKERS; w++) {
        int seed = w;
        work.add(() -> runs(home, seed, over));
      }
      work.add(() -> collect(home, over, collected));
      List<Future<Integer>> all = work.stream().map(threads::submit).toList();
      long begin = System.nanoTime();
      while (collected.get() < ENOUGH && System.nanoTime() - begin < LIMIT.toNanos()) {
        Thread.sleep(100);
      }
      over.set(true);
      int stages = 0;
      for (Future<Integer> one : all) {
        stages += one.get();
      }
      threads.shutdown();

      assertThat(collected.get()).isGreaterThanOrEqualTo(ENOUGH);
      System.out.printf("%d stages, %d artifacts collected%n", stages, collected.get());
      assertThatAllNamedAreWhole(home);
    }
  }

  /** Runs of five stages each, that share their work; each looks at all it has before it ends. */
  private static int runs(GarbageHome home, int seed, AtomicBoolean over) {
    Random random = new Random(seed);
    int stages = 0;
    for (int n = 0; !over.get(); n++) {
      UUID run = home.run("run-" + seed + "-" + n);
      List<ArtifactRef> reached = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        ArtifactRef artifact = home.stage(run, "stage " + random.nextInt(KEYS));
        if (artifact != null) {
          reached.add(artifact);
          stages++;
        }
      }
      reached.forEach(home.store::open);
      home.end(run);
    }
    return stages;
  }

  private static int collect(GarbageHome home, AtomicBoolean over, AtomicLong collected)
      throws Exception {
    while (!over.get()) {
      home.collection(GRACE, step -> {}).collect(NONE).stream()
          .filter(tally -> tally.kind().equals("tokens"))
          .forEach(tally -> collected.addAndGet(tally.count()));
    }
    return 0;
  }

  private static void assertThatAllNamedAreWhole(GarbageHome home) {
    Database database = home.database;
    for (int i = 0; i < KEYS; i++) {
      database
          .computations()
          .find(GarbageHome.key("stage " + i))
          .flatMap(computation -> computation.output())
          .map(output -> GarbageHome.JSON.convertValue(output, ArtifactRef.class))
          .filter(
              artifact -> database.artifacts().find(artifact.sha256()).get(0).deletedAt().isEmpty())
          .ifPresent(artifact -> assertThat(home.store.open(artifact)).isDirectory());
    }
  }
}
