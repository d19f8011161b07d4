package dev.shoal.models.training;

import ai.djl.ndarray.NDManager;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.TrainedWeights;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

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

  private final LanguageModel model;
  private final TrainingStage stage;
  private final TrainingSettings settings;
  private final DataParallel replicas;
  private final UpcomingIds upcoming;
  private final Optimizer optimizer;
  private final Deque<StepResult> tail = new ArrayDeque<>();
  private HostCopy copy; // null until the first
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
    this(List.of(new Replica(model, teacher)), stage, settings, batches);
  }

  /**
   * As above on several devices: each copy of the model takes its share of every step's windows.
   *
   * @param replicas equal models; the first is the one that is saved
   */
  public TrainingLoop(
      List<Replica> replicas, TrainingStage stage, TrainingSettings settings, Batches batches) {
    for (Replica replica : replicas) {
      check(replica.model(), stage, settings, replica.teacher());
      prepare(replica.model(), stage, settings);
    }
    this.model = replicas.get(0).model();
    this.stage = stage;
    this.settings = settings;
    this.replicas = new DataParallel(replicas, stage, settings);
    this.upcoming = new UpcomingIds(batches, this.replicas.passes(), settings);
    this.optimizer = new Optimizer(this.replicas.passes(), settings);
  }

  private static void prepare(LanguageModel model, TrainingStage stage, TrainingSettings settings) {
    if (!(model instanceof MoeModel sparse)) {
      return;
    }
    if (stage == TrainingStage.EXPERTS && sparse.lora().isEmpty()) {
      sparse.adapt(settings.lora(), settings.seed());
    }
    if (stage == TrainingStage.EXPERTS_FULL) {
      sparse.endCuts();
    }
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
    try (UpcomingIds.Step ids = upcoming.take(step);
        NDManager scope = model.manager().newSubManager()) {
      long tokens = ids.tokens();
      DataParallel.Found found = replicas.run(scope, ids.replicas(), 1.0 / tokens);
      if (step + 1 < settings.totalSteps()) {
        upcoming.prepare(step + 1); // before the update, which waits for the devices
      }
      double[] sums = optimizer.update(scope, step, found.gradients(), found.losses());
      double[] routing = Arrays.copyOfRange(sums, 2, sums.length - 1);
      double norm = sums[sums.length - 1];
      double loss = sums[0] / tokens + divergence(sums[1]) / tokens;
      loss += settings.losses().weighted(routing);
      if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
        throw new DivergedException(step, loss, norm);
      }
      double rate = settings.learningRate().at(step, settings.totalSteps());
      Map<String, Double> named = settings.losses().named(routing);
      return remember(new StepResult(step++, loss, sums[0] / tokens, rate, norm, tokens, named));
    }
  }

  /** Writes everything needed to go on: weights, both moments, step and the last results. */
  public void save(Path folder) {
    state().now().write(folder, position());
  }

  /**
   * Copies what {@link #save} writes to the host, where it takes as many bytes again.
   *
   * @return writes that copy from any thread while training goes on; the room is the loop's, so
   *     that it must be done before the next copy and before the loop is closed, which wait for it
   */
  public Consumer<Path> snapshot() {
    TrainingState state = state();
    if (copy == null) {
      copy = new HostCopy(state.now().byName());
    }
    HostCopy taken = copy;
    state.copyTo(taken);
    TrainingState.Position position = position();
    return folder -> taken.read(arrays -> arrays.write(folder, position));
  }

  private TrainingState state() {
    return new TrainingState(replicas.passes(), optimizer);
  }

  private TrainingState.Position position() {
    return new TrainingState.Position(stage, step, List.copyOf(tail));
  }

  /** Goes back to a saved state of the same stage of the same model. */
  public void restore(Path folder) {
    TrainingState.Position position = state().restore(folder, stage);
    goOn(position, position.step());
  }

  /**
   * The same where batches were of another size, so that as many tokens were other steps.
   *
   * @param stepsDone steps of this loop's batches
   */
  public void restore(Path folder, long stepsDone) {
    goOn(state().restore(folder, stage), stepsDone);
  }

  private void goOn(TrainingState.Position position, long stepsDone) {
    replicas.passes().forEach(BackwardPass::refresh);
    step = stepsDone;
    tail.clear();
    tail.addAll(position.tail());
  }

  /** Writes the trained weights alone. */
  public void writeDelta(Path folder) {
    TrainedWeights.write(model, replicas.passes().get(0).trainables().names(), folder);
  }

  @Override
  public void close() {
    if (copy != null) {
      copy.close();
    }
    upcoming.close();
    optimizer.close();
    replicas.close();
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
    if (stage == TrainingStage.DENSE && !settings.losses().isNone()) {
      throw new IllegalArgumentException(
          "stage DENSE has losses of the router, which a dense model does not have; use RouterLosses.NONE");
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
