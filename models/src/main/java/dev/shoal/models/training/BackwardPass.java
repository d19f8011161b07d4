package dev.shoal.models.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.moe.MoeModel;

/**
 * Losses and gradients on one device.
 *
 * <p>Layers are taken in segments. All but the last run forward without a graph and leave only
 * their inputs; the last runs forward and backward in one kernel together with final norm and head;
 * then the others are recomputed, from the last to the first. With one segment nothing is computed
 * twice. Nothing is read back to the host.
 */
final class BackwardPass implements AutoCloseable {

  private static final KernelModule.Fragment TRAINING =
      new KernelModule.Fragment(BackwardPass.class, "training.kernels");

  private static final KernelModule.Fragment TAPED =
      new KernelModule.Fragment(BackwardPass.class, "taped.kernels");

  private static final KernelModule.Fragment ADAPTED =
      new KernelModule.Fragment(BackwardPass.class, "adapted.kernels");

  private static final KernelModule.Fragment WEIGHED =
      new KernelModule.Fragment(BackwardPass.class, "weighed.kernels");

  private static final KernelModule.Fragment LOSSES =
      new KernelModule.Fragment(BackwardPass.class, "losses.kernels");

  private final Replica replica;
  private final LanguageModel model;
  private final TrainingStage stage;
  private final TrainingSettings settings;
  private final KernelModule kernels;
  private final NDManager manager;
  private final Trainables trainables;
  private final Segments segments;

  /** Prepares passes over one copy of the model, which is borrowed. */
  BackwardPass(Replica replica, TrainingStage stage, TrainingSettings settings) {
    this.replica = replica;
    this.model = replica.model();
    this.stage = stage;
    this.settings = settings;
    this.kernels = kernels(model);
    this.manager = Engine.newManager(model.device());
    this.trainables = Trainables.of(model, stage);
    this.segments = Segments.of(model, stage, settings, trainables, kernels, manager);
  }

  /** All kernels of a training step. */
  static KernelModule kernels(LanguageModel model) {
    return KernelModule.load(
        model.device(),
        DenseModel.KERNELS,
        MoeModel.KERNELS,
        TRAINING,
        TAPED,
        ADAPTED,
        WEIGHED,
        LOSSES);
  }

  LanguageModel model() {
    return model;
  }

  KernelModule kernels() {
    return kernels;
  }

  NDManager manager() {
    return manager;
  }

  Trainables trainables() {
    return trainables;
  }

  /** Tells the pass that trained weights have changed. */
  void refresh() {
    segments.refresh();
  }

  /**
   * Adds the gradients of these windows.
   *
   * @param scale weight of one token in the step's loss
   * @return sum of the cross-entropies and sum of the divergences from the teacher; with {@link
   *     RouterLosses} also their four parts of the step's; [2] or [6] float64
   */
  NDArray run(Gradients gradients, NDManager owner, MicroBatch windows, double scale) {
    try (NDManager scope = owner.newSubManager()) {
      NDArray ids = windows.ids();
      NDArray embedded = model.embed(scope, ids);
      NDList teacher = teacher(scope, ids, embedded);
      NDList routing = routing(scope, windows, scale);
      Segments.Text text = new Segments.Text(scope, ids, teacher, routing, scale);
      NDArray[] inputs = inputs(text, embedded);
      int begin = (inputs.length - 1) * segmentLayers();
      NDList results = segments.last(text, inputs[inputs.length - 1], begin);
      NDArray losses = results.remove(0);
      NDArray dx = collect(gradients, scope, results, begin);
      for (int i = inputs.length - 2; i >= 0; i--) {
        inputs[i + 1].close();
        begin = i * segmentLayers();
        NDList more = segments.backward(text, inputs[i], dx, begin, begin + segmentLayers());
        dx.close();
        dx = collect(gradients, scope, more, begin);
      }
      if (dx != null) {
        embedding(gradients, scope, dx, ids);
      }
      NDArray all = routing.isEmpty() ? losses : losses.concat(routing.get(1));
      all.attach(owner);
      return all;
    }
  }

  /** What kernels take where there are losses of the router, their sums second; or nothing. */
  private NDList routing(NDManager scope, MicroBatch windows, double scale) {
    NDList routing = new NDList();
    if (!settings.losses().isNone()) {
      long predicted = windows.ids().getShape().get(0) * (windows.ids().getShape().get(1) - 1);
      double perLayer = scale * predicted / model.config().numLayers();
      routing.add(KernelModule.host(scope).create(settings.losses().numbers(perLayer)));
      routing.add(scope.zeros(new Shape(RouterLosses.count()), DataType.FLOAT64));
      windows.dataSets().ifPresent(routing::add);
    }
    return routing;
  }

  private int segmentLayers() {
    return Math.min(settings.memory().segmentLayers(), model.config().numLayers());
  }

  /** What goes into each segment, computed without a graph. */
  private NDArray[] inputs(Segments.Text text, NDArray embedded) {
    int length = segmentLayers();
    NDArray[] inputs = new NDArray[(model.config().numLayers() + length - 1) / length];
    inputs[0] = embedded;
    for (int i = 1; i < inputs.length; i++) {
      inputs[i] = segments.forward(text, inputs[i - 1], (i - 1) * length, i * length);
    }
    return inputs;
  }

  /** Files a segment's gradients; what is left is the gradient of its input, or null. */
  private NDArray collect(Gradients gradients, NDManager scope, NDList results, int beginLayer) {
    NDArray dx = stage.wantsInput(beginLayer) ? results.remove(0) : null;
    gradients.add(scope, trainables.first(beginLayer), results);
    return dx;
  }

  private void embedding(Gradients gradients, NDManager scope, NDArray dx, NDArray ids) {
    KernelArguments arguments =
        new KernelArguments().add(dx).add(ids).add(model.weights().embedding());
    NDList table = kernels.call(scope, "embedding_backward", arguments);
    gradients.add(scope, trainables.position(DenseTensor.EMBEDDING), table);
  }

  /**
   * The teacher's normed states and its head, or nothing. Where both share the embedding, they
   * begin with the same input.
   */
  private NDList teacher(NDManager scope, NDArray ids, NDArray embedded) {
    if (replica.teacher().isEmpty() || settings.distillation().weight() == 0) {
      return new NDList();
    }
    DenseModel source = replica.teacher().get();
    boolean same = model instanceof MoeModel sparse && sparse.sharesWith(source);
    NDArray x = same ? embedded : source.embed(scope, ids);
    KernelArguments arguments =
        new KernelArguments()
            .add(source.decode(scope, x).head())
            .add(source.weights().finalNorm())
            .add(source.rope((int) ids.getShape().get(1)));
    NDList states = kernels.call(scope, "predicting_states", arguments);
    states.add(source.weights().head());
    return states;
  }

  @Override
  public void close() {
    manager.close();
    kernels.close();
  }
}
