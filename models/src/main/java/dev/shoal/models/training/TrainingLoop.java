package dev.shoal.models.training;

import ai.djl.ndarray.NDManager;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.TrainedWeights;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Trains a model in place, one step at a time.
 *
 * <p>A step is a function of the weights, the moments and its number: stopped after any step, saved
 * and restored into a fresh loop, training goes on bit for bit as if it had not stopped (on a CPU
 * with the same number of threads). The model and the teacher are borrowed.
 */
public final class TrainingLoop implements AutoCloseable {

  /** The last results a checkpoint remembers. */
  static final int TAIL = 100;

  private static final KernelModule.Fragment KERNELS =
      new KernelModule.Fragment(TrainingLoop.class, "training.kernels");

  private final LanguageModel model;
  private final TrainingStage stage;
  private final TrainingSettings settings;
  private final Batches batches;
  private final KernelModule kernels;
  private final NDManager manager;
  private final BackwardPass backward;
  private final Optimizer optimizer;
  private final Deque<StepResult> tail = new ArrayDeque<>();
  private long step;

  /**
   * Prepares the weights of the stage: adapters are added where the stage needs them.
   *
   * @param teacher the dense source model, needed where the settings ask for distillation
   */
  public TrainingLoop(
      LanguageModel model,
      TrainingStage stage,
      TrainingSettings settings,
      Batches batches,
      Optional<DenseModel> teacher) {
    check(model, stage, settings, teacher);
    this.model = model;
    this.stage = stage;
    this.settings = settings;
    this.batches = batches;
    if (stage == TrainingStage.EXPERTS
        && model instanceof MoeModel sparse
        && sparse.lora().isEmpty()) {
      sparse.adapt(settings.lora(), settings.seed());
    }
    kernels = KernelModule.load(model.device(), DenseModel.KERNELS, MoeModel.KERNELS, KERNELS);
    manager = Engine.newManager(model.device());
    backward = new BackwardPass(model, stage, settings, kernels, teacher, manager);
    optimizer = new Optimizer(kernels, settings, backward.trainables(), manager);
  }

  /** Steps done. */
  public long step() {
    return step;
  }

  /** Steps in all. */
  public long totalSteps() {
    return settings.totalSteps();
  }

  /** The last results, the oldest first. */
  public List<StepResult> tail() {
    return List.copyOf(tail);
  }

  /**
   * Does one step.
   *
   * @throws DivergedException when loss or gradient is not finite; the weights have not changed
   */
  public StepResult advance() {
    int[][] windows = batches.batch(step);
    long tokens = (long) windows.length * (windows[0].length - 1);
    try (NDManager scope = model.manager().newSubManager()) {
      Gradients gradients = new Gradients(kernels, scope, backward.trainables().size());
      double[] losses = backward(gradients, scope, windows, tokens);
      double norm = optimizer.norm(scope, gradients.all());
      double loss = losses[0] / tokens + divergence(losses[1]) / tokens;
      if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
        throw new DivergedException(step, loss, norm);
      }
      optimizer.update(scope, gradients.all(), step, norm);
      double rate = settings.learningRate().at(step, settings.totalSteps());
      return remember(new StepResult(step++, loss, losses[0] / tokens, rate, norm, tokens));
    }
  }

  /** Writes everything needed to go on: weights, both moments, step and the last results. */
  public void save(Path folder) {
    new TrainingState(model, backward.trainables(), optimizer)
        .save(folder, new TrainingState.Position(stage, step, List.copyOf(tail)));
  }

  /** Goes back to a saved state of the same stage of the same model. */
  public void restore(Path folder) {
    TrainingState.Position position =
        new TrainingState(model, backward.trainables(), optimizer).restore(folder, stage);
    step = position.step();
    tail.clear();
    tail.addAll(position.tail());
  }

  /** Writes the trained weights alone. */
  public void writeDelta(Path folder) {
    TrainedWeights.write(model, backward.trainables().names(), folder);
  }

  @Override
  public void close() {
    manager.close();
    kernels.close();
  }

  private double[] backward(Gradients gradients, NDManager scope, int[][] windows, long tokens) {
    int part = Math.max(1, settings.memory().microBatchTokens() / windows[0].length);
    double[] sums = new double[2];
    for (int begin = 0; begin < windows.length; begin += part) {
      int end = Math.min(windows.length, begin + part);
      int[][] micro = Arrays.copyOfRange(windows, begin, end);
      double[] losses = backward.run(gradients, scope, micro, 1.0 / tokens);
      sums[0] += losses[0];
      sums[1] += losses[1];
    }
    return sums;
  }

  private double divergence(double sum) {
    Distillation distillation = settings.distillation();
    return distillation.weight() * distillation.temperature() * distillation.temperature() * sum;
  }

  private StepResult remember(StepResult result) {
    tail.addLast(result);
    if (tail.size() > TAIL) {
      tail.removeFirst();
    }
    return result;
  }

  private static void check(
      LanguageModel model,
      TrainingStage stage,
      TrainingSettings settings,
      Optional<DenseModel> teacher) {
    if ((stage == TrainingStage.DENSE) != (model instanceof DenseModel)) {
      throw new IllegalArgumentException(
          "stage %s does not fit a %s; DENSE trains dense models, ROUTER and EXPERTS sparse ones"
              .formatted(stage, model instanceof DenseModel ? "dense model" : "sparse model"));
    }
    if (settings.distillation().weight() > 0 && teacher.isEmpty()) {
      throw new IllegalArgumentException(
          "distillation has weight %s but there is no teacher; give the dense source model or set the weight to 0"
              .formatted(settings.distillation().weight()));
    }
    if (teacher.isPresent() && teacher.get().config().vocabSize() != model.config().vocabSize()) {
      throw new IllegalArgumentException(
          "the teacher has %d tokens and the model %d; distil from the model's own source"
              .formatted(teacher.get().config().vocabSize(), model.config().vocabSize()));
    }
  }
}
