package dev.shoal.models.bench;

import dev.shoal.models.checkpoint.FolderManifest;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.engine.Device;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.MoeSettings;
import dev.shoal.models.training.LearningRate;
import dev.shoal.models.training.TrainingLoop;
import dev.shoal.models.training.TrainingSettings;
import dev.shoal.models.training.TrainingStage;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a checkpoint of all expert weights costs a training on a CPU: in its way, and behind it.
 * Arguments: a model folder, of which only {@code config.json} is read, and a folder to write to.
 */
final class CheckpointStall {

  private static final int ROUNDS = 3;
  private static final int STEPS = 4;

  private final TrainingLoop loop;
  private final Path folder;

  private CheckpointStall(TrainingLoop loop, Path folder) {
    this.loop = loop;
    this.folder = folder;
  }

  public static void main(String[] arguments) throws InterruptedException {
    LlamaConfig config = LlamaConfig.read(Path.of(arguments[0]));
    RandomModel random = new RandomModel(config);
    TrainingSettings settings = TrainingSettings.of(1000, LearningRate.constant(1e-5), 1);
    try (MoeModel model =
            MoeModel.assemble(
                config,
                random::values,
                random.experts(8, config.intermediateSize() / 2),
                new MoeSettings(8, 1, 1),
                Device.cpu());
        TrainingLoop loop =
            new TrainingLoop(
                model,
                TrainingStage.EXPERTS_FULL,
                settings,
                step -> random.windows(2, 256, step),
                Optional.empty())) {
      CheckpointStall stall = new CheckpointStall(loop, Path.of(arguments[1]));
      stall.steps();
      for (int round = 0; round < ROUNDS; round++) {
        stall.round();
      }
    }
  }

  /** What training waits for, then steps alone and steps while a checkpoint is written. */
  private void round() throws InterruptedException {
    double inTheWay = seconds(() -> write(loop::save));
    double alone = seconds(this::steps);
    long begin = System.nanoTime();
    Consumer<Path> snapshot = loop.snapshot();
    double copy = (System.nanoTime() - begin) / 1e9;
    Thread writer = new Thread(() -> write(snapshot));
    writer.start();
    double behind = seconds(this::steps);
    writer.join();
    long bytes =
        FolderManifest.of(folder).files().stream().mapToLong(FolderManifest.Entry::size).sum();
    System.out.printf(
        Locale.ROOT,
        "waits %.2f s in the way, %.2f s for the copy; %d steps %.2f s alone, %.2f s while it is written; %d MiB%n",
        inTheWay,
        copy,
        STEPS,
        alone,
        behind,
        bytes >> 20);
  }

  private void steps() {
    for (int i = 0; i < STEPS; i++) {
      loop.advance();
    }
  }

  /** Written, synced and digested, as a stage does it. */
  private void write(Consumer<Path> state) {
    state.accept(folder);
    FolderManifest.of(folder);
  }

  private static double seconds(Runnable work) {
    long begin = System.nanoTime();
    work.run();
    return (System.nanoTime() - begin) / 1e9;
  }
}
