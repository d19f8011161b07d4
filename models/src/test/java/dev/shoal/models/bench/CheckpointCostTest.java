package dev.shoal.models.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.models.checkpoint.FolderManifest;
import dev.shoal.models.config.Family;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.config.RopeSettings;
import dev.shoal.models.config.SpecialTokens;
import dev.shoal.models.engine.Device;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.MoeSettings;
import dev.shoal.models.training.LearningRate;
import dev.shoal.models.training.TrainingLoop;
import dev.shoal.models.training.TrainingSettings;
import dev.shoal.models.training.TrainingStage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a checkpoint of all expert weights costs a training on a CPU. */
@Tag("load")
@DisplayName("A checkpoint of eight experts with all their weights")
class CheckpointCostTest {

  /** {@code checkpoint.every_seconds} of every recipe. */
  private static final double INTERVAL = 300;

  private static final int ROUNDS = 3;
  private static final int STEPS = 2;

  /** The laboratory's model of 27 million parameters. */
  private static final LlamaConfig CONFIG =
      new LlamaConfig(
          Family.LLAMA,
          8192,
          512,
          1536,
          6,
          8,
          4,
          64,
          1024,
          null,
          1e-5,
          new RopeSettings(10_000),
          false,
          SpecialTokens.NONE);

  @Test
  @DisplayName("costs less than 2 % of the training at the default interval")
  void cost(@TempDir Path folder) throws InterruptedException {
    RandomModel random = new RandomModel(CONFIG);
    TrainingSettings settings = TrainingSettings.of(1000, LearningRate.constant(1e-5), 1);
    try (MoeModel model =
            MoeModel.assemble(
                CONFIG,
                random::values,
                random.experts(8, CONFIG.intermediateSize() / 2),
                new MoeSettings(8, 1, 1),
                Device.cpu());
        TrainingLoop loop =
            new TrainingLoop(
                model,
                TrainingStage.EXPERTS_FULL,
                settings,
                step -> random.windows(2, 256, step),
                Optional.empty())) {
      steps(loop);
      for (int round = 0; round < ROUNDS; round++) {
        assertThat(share(loop, folder)).isLessThan(0.02);
      }
    }
  }

  /**
   * The part of an interval that is lost at most: training waits for the copy, and shares its
   * processors with the thread that writes for as long as that one computes. In processor time,
   * which other programs do not lengthen.
   */
  private static double share(TrainingLoop loop, Path folder) throws InterruptedException {
    double inTheWay = seconds(() -> write(loop::save, folder));
    double alone = seconds(() -> steps(loop));
    double[] processor = new double[2];
    long begin = System.nanoTime();
    double busy = processorSeconds();
    Consumer<Path> snapshot = loop.snapshot();
    processor[0] = processorSeconds() - busy;
    double copy = (System.nanoTime() - begin) / 1e9;
    Thread writer =
        new Thread(
            () -> {
              write(snapshot, folder);
              processor[1] = processorSeconds();
            });
    writer.start();
    double behind = seconds(() -> steps(loop));
    writer.join();
    long bytes =
        FolderManifest.of(folder).files().stream().mapToLong(FolderManifest.Entry::size).sum();
    double share = (processor[0] + processor[1]) / INTERVAL;
    System.out.printf(
        Locale.ROOT,
        "%d MiB: %.2f s in the way; behind: %.2f s for the copy (%.2f s of a processor), %.2f s of a processor to write, together %.2f %% of %.0f s; %d steps %.2f s alone, %.2f s beside it%n",
        bytes >> 20,
        inTheWay,
        copy,
        processor[0],
        processor[1],
        100 * share,
        INTERVAL,
        STEPS,
        alone,
        behind);
    return share;
  }

  private static void steps(TrainingLoop loop) {
    for (int i = 0; i < STEPS; i++) {
      loop.advance();
    }
  }

  /** Written, digested and made durable, as a stage does it. */
  private static void write(Consumer<Path> state, Path folder) {
    state.accept(folder);
    FolderManifest.of(folder);
    try (Stream<Path> files = Files.walk(folder)) {
      files.filter(Files::isRegularFile).forEach(CheckpointCostTest::sync);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void sync(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of this thread. */
  private static double processorSeconds() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
  }

  private static double seconds(Runnable work) {
    long begin = System.nanoTime();
    work.run();
    return (System.nanoTime() - begin) / 1e9;
  }
}
