package dev.shoal.models.bench;

import dev.shoal.models.Progress;
import dev.shoal.models.affinity.MaskedEvaluation;
import dev.shoal.models.calibration.CalibrationPass;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.MoeSettings;
import dev.shoal.models.moe.MoeTensor;
import dev.shoal.models.plan.Flops;
import dev.shoal.models.plan.ModelShape;
import dev.shoal.models.prune.Compensation;
import dev.shoal.models.tokenexperts.TokenExperts;
import dev.shoal.models.training.Batches;
import dev.shoal.models.training.LearningRate;
import dev.shoal.models.training.Replica;
import dev.shoal.models.training.TrainingLoop;
import dev.shoal.models.training.TrainingSettings;
import dev.shoal.models.training.TrainingStage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The heavy stages of a run on random weights and random text of a given shape, with the product's
 * own code: what a user's run would do, without the user's data.
 */
public final class StageBench {

  /**
   * What is measured.
   *
   * @param experts E; each keeps half of the intermediate channels
   * @param length tokens of a window
   * @param batchTokens tokens of one step on one device
   * @param memory what of a step is in memory at a time
   * @param steps measured after two for warming up
   * @param deterministic whether a training step must give the same bits every time
   */
  public record Settings(
      int experts,
      int length,
      int batchTokens,
      TrainingSettings.Memory memory,
      int steps,
      boolean deterministic) {

    /** As fast as can be. */
    public Settings(
        int experts, int length, int batchTokens, TrainingSettings.Memory memory, int steps) {
      this(experts, length, batchTokens, memory, steps, false);
    }

    /** Rejects a step that is not made of whole windows. */
    public Settings {
      if (batchTokens < length || batchTokens % length != 0) {
        throw new IllegalArgumentException(
            "a step has %d tokens; it must be a multiple of the window, which is %d"
                .formatted(batchTokens, length));
      }
    }

    int windows() {
      return batchTokens / length;
    }

    /** The same with another memory and batch. */
    public Settings with(int otherBatchTokens, TrainingSettings.Memory other) {
      return new Settings(experts, length, otherBatchTokens, other, steps, deterministic);
    }

    /** With the same bits every time. */
    public Settings steady() {
      return new Settings(experts, length, batchTokens, memory, steps, true);
    }
  }

  /**
   * What a round does.
   *
   * @param tokens of it
   * @param flops of one token
   * @param devices at work
   */
  private record Work(String name, long tokens, double flops, int devices) {}

  private static final int AFFINITY_WINDOWS = 128;
  private static final int AFFINITY_LENGTH = 256;

  private final LlamaConfig config;
  private final List<Device> devices;
  private final RandomModel random;
  private final BenchFlops flops;

  /** On these devices; only training uses more than the first. */
  public StageBench(LlamaConfig config, List<Device> devices) {
    this.config = config;
    this.devices = List.copyOf(devices);
    this.random = new RandomModel(config);
    this.flops = new BenchFlops(config);
  }

  /** The pass that gathers channel statistics. */
  public Measured calibrate(Settings settings) {
    int[][] windows = random.windows(settings.windows(), settings.length(), 3);
    forget();
    try (DenseModel model = dense()) {
      double flops = Flops.denseBody(shape(), settings.length());
      return measure(
          new Work("calibrate", settings.batchTokens(), flops, 1),
          settings.steps(),
          () -> CalibrationPass.run(model, List.of(windows), Progress.NONE));
    }
  }

  /** Every pruned model on every data set, once: D x D evaluations of 128 windows of 256. */
  public Measured affinity(int dataSets) {
    int length = Math.min(AFFINITY_LENGTH, config.longestSequence());
    List<List<int[]>> text = new ArrayList<>();
    for (int d = 0; d < dataSets; d++) {
      text.add(Arrays.asList(random.windows(AFFINITY_WINDOWS, length, d)));
    }
    int width = config.intermediateSize() / 2;
    double flops = Flops.dense(ModelShape.of(config.withIntermediateSize(width)), length);
    long tokens = (long) dataSets * dataSets * AFFINITY_WINDOWS * length;
    String name = "affinity" + dataSets;
    forget();
    try (DenseModel model = dense()) {
      row(model, 99, text.subList(0, 1));
      return rounds(
          new Work(name, tokens, flops, 1),
          1,
          () -> {
            for (int pruned = 0; pruned < dataSets; pruned++) {
              row(model, pruned, text);
            }
          });
    }
  }

  private void row(DenseModel model, int seed, List<List<int[]>> text) {
    int[][] kept = random.channels(seed, config.intermediateSize() / 2);
    MaskedEvaluation.row(model, kept, null, text, Progress.NONE);
  }

  /** Experts for kinds of tokens and their routers, once; the step is the sample. */
  public Measured tokens(String name, Settings settings) {
    int width = config.intermediateSize() / 2;
    List<int[]> sample = List.of(random.windows(settings.windows(), settings.length(), 3));
    TokenExperts.Settings experts =
        new TokenExperts.Settings(
            settings.experts(), 1, width, Compensation.FOLD, TokenExperts.Settings.REPETITIONS, 1);
    forget();
    try (DenseModel model = dense();
        ScratchFolder folder = ScratchFolder.create()) {
      return rounds(
          new Work(name, settings.batchTokens(), flops.tokens(settings), 1),
          1,
          () ->
              TokenExperts.build(
                  model,
                  new TokenExperts.Sample(sample, null),
                  experts,
                  folder.path(),
                  Progress.NONE));
    }
  }

  /** Steps of one stage of retraining, K = 1. */
  public Measured train(String name, TrainingStage stage, Settings settings) {
    return train(name, stage, settings, Compensation.NONE);
  }

  /** The router stage of folded experts: each has a down projection of its own. */
  public Measured trainFolded(String name, Settings settings) {
    return train(name, TrainingStage.ROUTER, settings, Compensation.FOLD);
  }

  private Measured train(
      String name, TrainingStage stage, Settings settings, Compensation compensation) {
    forget();
    List<Replica> replicas = new ArrayList<>();
    try {
      for (Device device : devices) {
        MoeModel model = moe(settings, device);
        replicas.add(new Replica(model, Optional.empty()));
        if (compensation == Compensation.FOLD) {
          fold(model);
        }
      }
      long tokens = (long) replicas.size() * settings.batchTokens();
      Work work =
          new Work(name, tokens, flops.training(stage, settings, compensation), replicas.size());
      TrainingSettings training =
          TrainingSettings.of(1_000, LearningRate.constant(1e-5), 1)
              .with(settings.memory())
              .with(settings.deterministic());
      int windows = replicas.size() * settings.windows();
      Batches batches = step -> random.windows(windows, settings.length(), step);
      try (TrainingLoop loop = new TrainingLoop(replicas, stage, training, batches)) {
        return measure(work, settings.steps(), loop::advance);
      }
    } finally {
      replicas.forEach(replica -> replica.model().close());
    }
  }

  private void fold(MoeModel model) {
    for (int l = 0; l < config.numLayers(); l++) {
      long[] shape = model.get(l, MoeTensor.DOWN).getShape().getShape();
      String name = MoeTensor.DOWN.tensorName(l);
      model.replace(
          name,
          model
              .kernels()
              .upload(
                  model.manager(), random.values(name, shape), model.device().precision(), shape));
    }
  }

  /** Measured after two rounds for warming up. */
  private Measured measure(Work work, int rounds, Runnable round) {
    round.run();
    round.run();
    return rounds(work, rounds, round);
  }

  private Measured rounds(Work work, int rounds, Runnable round) {
    double[] seconds = new double[rounds];
    double before = KernelModule.secondsInCalls();
    for (int i = 0; i < rounds; i++) {
      long begin = System.nanoTime();
      round.run();
      seconds[i] = (System.nanoTime() - begin) / 1e9;
    }
    double launching = (KernelModule.secondsInCalls() - before) / rounds / work.devices();
    Arrays.sort(seconds);
    return new Measured(
        work.name(),
        work.tokens(),
        seconds[rounds / 2],
        work.flops(),
        launching,
        Engine.memoryInUse(devices.get(0)),
        work.devices(),
        "%d rounds, %.4f to %.4f s".formatted(rounds, seconds[0], seconds[rounds - 1]));
  }

  /** Gives back what the allocator keeps of earlier works, so that it counts for none. */
  private void forget() {
    devices.stream().filter(device -> !device.isCpu()).forEach(Engine::freeBytes);
  }

  private ModelShape shape() {
    return ModelShape.of(config);
  }

  private DenseModel dense() {
    return DenseModel.of(config, random::values, devices.get(0));
  }

  private MoeModel moe(Settings settings, Device device) {
    return MoeModel.assemble(
        config,
        random::values,
        random.experts(settings.experts(), config.intermediateSize() / 2),
        new MoeSettings(settings.experts(), 1, 1),
        device);
  }
}
