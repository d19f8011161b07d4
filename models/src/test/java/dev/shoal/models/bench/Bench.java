package dev.shoal.models.bench;

import ai.djl.ndarray.NDManager;
import dev.shoal.models.Progress;
import dev.shoal.models.calibration.CalibrationPass;
import dev.shoal.models.checkpoint.CheckpointReader;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.generation.GenerationSettings;
import dev.shoal.models.generation.Generator;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.moe.ExpertSet;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.MoeSettings;
import dev.shoal.models.moe.MoeTensor;
import dev.shoal.models.training.LearningRate;
import dev.shoal.models.training.TrainingLoop;
import dev.shoal.models.training.TrainingSettings;
import dev.shoal.models.training.TrainingStage;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Tokens per second of the heavy parts on a real model, windows of 256 tokens, 8 at a time.
 *
 * <p>{@code bench.py} beside it measures the same in transformers. Arguments: model folder,
 * threads, seconds per part, names of parts (none: all).
 */
public final class Bench {

  private static final int SEQUENCES = 8;
  private static final int LENGTH = 256;
  private static final int NEW_TOKENS = 128;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Path folder;
  private final double seconds;
  private final int[][] windows = new int[SEQUENCES][LENGTH];

  private Bench(Path folder, double seconds, int vocabulary) {
    this.folder = folder;
    this.seconds = seconds;
    SplittableRandom random = new SplittableRandom(1);
    for (int[] window : windows) {
      Arrays.setAll(window, i -> random.nextInt(vocabulary));
    }
  }

  public static void main(String[] args) {
    Engine.setThreads(Integer.parseInt(args[1]));
    LlamaConfig config = LlamaConfig.read(Path.of(args[0]));
    Bench bench = new Bench(Path.of(args[0]), Double.parseDouble(args[2]), config.vocabSize());
    List<String> parts = List.of(args).subList(3, args.length);
    try (DenseModel dense = DenseModel.load(Path.of(args[0]), Device.cpu())) {
      bench.dense(dense, parts);
    }
    for (int perToken : new int[] {1, 2}) {
      bench.sparse(config, perToken, parts);
    }
  }

  private void dense(DenseModel model, List<String> parts) {
    measure(parts, "kernel-call", 1, () -> nothing(model));
    measure(parts, "dense-hidden", tokens(), () -> hidden(model));
    measure(parts, "dense-nll", tokens(), () -> model.nll(windows));
    measure(
        parts,
        "calibrate",
        tokens(),
        () -> CalibrationPass.run(model, List.of(windows), Progress.NONE));
    generate(parts, "dense", model);
    measure(parts, "recomputed", NEW_TOKENS, () -> recompute(model));
    train(parts, "dense-train", model, TrainingStage.DENSE);
  }

  private void sparse(LlamaConfig config, int perToken, List<String> parts) {
    int width = config.intermediateSize() / 2 / perToken;
    int[][][] kept = new int[8][config.numLayers()][width];
    for (int e = 0; e < 8; e++) {
      int first = e * config.intermediateSize() / 16;
      for (int[] layer : kept[e]) {
        Arrays.setAll(layer, i -> (first + i) % config.intermediateSize());
        Arrays.sort(layer);
      }
    }
    try (CheckpointReader reader = CheckpointReader.open(folder);
        MoeModel model =
            MoeModel.assemble(
                config,
                (name, shape) -> reader.floats(name),
                ExpertSet.of(kept, null),
                new MoeSettings(8, perToken, 1),
                Device.cpu())) {
      String name = "moe" + perToken;
      measure(parts, name + "-nll", tokens(), () -> model.nll(windows));
      generate(parts, name, model);
      train(parts, name + "-router", model, TrainingStage.ROUTER);
      bendDown(model);
      train(parts, name + "-router-folded", model, TrainingStage.ROUTER);
      train(parts, name + "-experts", model, TrainingStage.EXPERTS);
    }
  }

  /** Makes the down projections differ between experts, as folding does. */
  private static void bendDown(MoeModel model) {
    for (int l = 0; l < model.config().numLayers(); l++) {
      float[] down = model.kernels().download(model.get(l, MoeTensor.DOWN));
      for (int i = 0; i < down.length; i++) {
        down[i] *= 1 + 1e-3f * (i % 7);
      }
      long[] shape = model.get(l, MoeTensor.DOWN).getShape().getShape();
      model.replace(MoeTensor.DOWN.tensorName(l), down, shape);
    }
  }

  /** New tokens behind half a window: of one text, and of eight side by side. */
  private void generate(List<String> parts, String name, LanguageModel model) {
    GenerationSettings settings = GenerationSettings.greedy(NEW_TOKENS, List.of());
    List<int[]> prompts = Arrays.stream(windows).map(w -> Arrays.copyOf(w, LENGTH / 2)).toList();
    try (Generator generator = new Generator(model, ids -> "")) {
      measure(
          parts,
          name + "-write",
          NEW_TOKENS,
          () -> generator.generate(prompts.get(0), settings, piece -> {}));
      measure(
          parts,
          name + "-write-8",
          8 * NEW_TOKENS,
          () -> generator.generate(prompts, settings, Generator.Listener.NONE));
    }
  }

  /** The same without a cache; its argmax is left out. */
  private void recompute(LanguageModel model) {
    for (int i = 0; i < NEW_TOKENS; i++) {
      try (NDManager scope = model.manager().newSubManager()) {
        model.forward(scope, new int[][] {Arrays.copyOf(windows[0], LENGTH / 2 + i)});
      }
    }
  }

  private void train(List<String> parts, String name, LanguageModel model, TrainingStage stage) {
    TrainingSettings settings =
        TrainingSettings.of(
            1_000_000,
            LearningRate.constant(1e-5),
            model instanceof MoeModel m ? m.expertsPerToken() : 1);
    try (TrainingLoop loop =
        new TrainingLoop(model, stage, settings, step -> windows, Optional.empty())) {
      measure(parts, name, tokens(), loop::advance);
    }
  }

  private void hidden(DenseModel model) {
    try (NDManager scope = model.manager().newSubManager()) {
      model.forward(scope, windows);
    }
  }

  private static void nothing(DenseModel model) {
    try (NDManager scope = model.manager().newSubManager()) {
      model.embed(scope, scope.create(0L));
    }
  }

  private void measure(List<String> parts, String name, int tokens, Runnable work) {
    if (!parts.isEmpty() && !parts.contains(name)) {
      return;
    }
    for (int i = 0; i < 3; i++) {
      work.run();
    }
    double best = Double.POSITIVE_INFINITY;
    double bestCpu = Double.POSITIVE_INFINITY;
    long begin = System.nanoTime();
    int rounds = 0;
    while (System.nanoTime() - begin < seconds * 1e9) {
      long start = System.nanoTime();
      long cpu = THREADS.getCurrentThreadCpuTime();
      work.run();
      best = Math.min(best, (System.nanoTime() - start) / 1e9);
      bestCpu = Math.min(bestCpu, (THREADS.getCurrentThreadCpuTime() - cpu) / 1e9);
      rounds++;
    }
    double mean = (System.nanoTime() - begin) / 1e9 / rounds;
    System.out.printf(
        "%-14s best %9.0f /s  mean %9.0f /s  per second of this thread %9.0f  (%d rounds)%n",
        name, tokens / best, tokens / mean, tokens / bestCpu, rounds);
  }

  private static int tokens() {
    return SEQUENCES * LENGTH;
  }
}
