package dev.shoal.models.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.llama.DecoderWeights;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.SharedChannels;
import java.util.Optional;

/**
 * Loss and gradients of one micro-batch.
 *
 * <p>Layers are taken in segments. All but the last run forward without a graph and leave only
 * their inputs; the last runs forward and backward in one kernel together with final norm and head;
 * then the others are recomputed, from the last to the first. With one segment nothing is computed
 * twice.
 */
final class BackwardPass {

  private final LanguageModel model;
  private final TrainingStage stage;
  private final TrainingSettings settings;
  private final KernelModule kernels;
  private final Trainables trainables;
  private final Optional<DenseModel> teacher;
  private final Optional<SharedChannels> shared;

  /**
   * Prepares passes over one model.
   *
   * @param owner owns what all passes share
   */
  BackwardPass(
      LanguageModel model,
      TrainingStage stage,
      TrainingSettings settings,
      KernelModule kernels,
      Optional<DenseModel> teacher,
      NDManager owner) {
    this.model = model;
    this.stage = stage;
    this.settings = settings;
    this.kernels = kernels;
    this.teacher = teacher;
    this.trainables = Trainables.of(model, stage);
    this.shared =
        stage == TrainingStage.ROUTER && model instanceof MoeModel sparse
            ? sparse.sharedChannels(owner)
            : Optional.empty();
  }

  Trainables trainables() {
    return trainables;
  }

  /**
   * Adds the gradients of these windows.
   *
   * @param scale weight of one token in the step's loss
   * @return sum of the cross-entropies, sum of the divergences from the teacher
   */
  double[] run(Gradients gradients, NDManager owner, int[][] windows, double scale) {
    try (NDManager scope = owner.newSubManager()) {
      NDArray ids = model.ids(scope, windows);
      Segment segment = new Segment(scope, windows[0].length);
      NDArray[] inputs = inputs(segment, model.embed(scope, ids));
      int begin = (inputs.length - 1) * segmentLayers();
      NDArray teacherStates = teacherStates(scope, windows);
      NDList results = segment.last(inputs[inputs.length - 1], begin, ids, teacherStates, scale);
      double[] losses = results.remove(0).toDoubleArray();
      NDArray dx = collect(gradients, scope, results, begin);
      for (int i = inputs.length - 2; i >= 0; i--) {
        inputs[i + 1].close();
        begin = i * segmentLayers();
        NDList more = segment.backward(inputs[i], dx, begin, begin + segmentLayers());
        dx = collect(gradients, scope, more, begin);
      }
      if (dx != null) {
        embedding(gradients, scope, dx, ids);
      }
      return losses;
    }
  }

  private int segmentLayers() {
    return Math.min(settings.memory().segmentLayers(), model.config().numLayers());
  }

  /** What goes into each segment, computed without a graph. */
  private NDArray[] inputs(Segment segment, NDArray embedded) {
    int length = segmentLayers();
    NDArray[] inputs = new NDArray[(model.config().numLayers() + length - 1) / length];
    inputs[0] = embedded;
    for (int i = 1; i < inputs.length; i++) {
      inputs[i] = segment.forward(inputs[i - 1], (i - 1) * length, i * length);
    }
    return inputs;
  }

  /** Whether the input of the layers from this one on needs a gradient. */
  private boolean wantsInput(int beginLayer) {
    return beginLayer > 0 || stage == TrainingStage.DENSE;
  }

  private boolean wantsHead() {
    return stage == TrainingStage.DENSE;
  }

  /** Files a segment's gradients; what is left is the gradient of its input, or null. */
  private NDArray collect(Gradients gradients, NDManager scope, NDList results, int beginLayer) {
    NDArray dx = wantsInput(beginLayer) ? results.remove(0) : null;
    gradients.add(scope, trainables.first(beginLayer), results);
    return dx;
  }

  private void embedding(Gradients gradients, NDManager scope, NDArray dx, NDArray ids) {
    KernelArguments arguments =
        new KernelArguments().add(dx).add(ids).add(model.weights().embedding());
    NDList table = kernels.call(scope, "embedding_backward", arguments);
    gradients.add(scope, trainables.position(DenseTensor.EMBEDDING), table);
  }

  private NDArray teacherStates(NDManager scope, int[][] windows) {
    if (teacher.isEmpty() || settings.distillation().weight() == 0) {
      return null;
    }
    DenseModel source = teacher.get();
    KernelArguments arguments =
        new KernelArguments()
            .add(source.forward(scope, windows))
            .add(source.weights().finalNorm())
            .add(source.rope(windows[0].length));
    return kernels.call(scope, "predicting_states", arguments).head();
  }

  /** Calls of the kernels that work on some layers. */
  private final class Segment {

    private final NDManager scope;
    private final NDList rope;
    private final NDList routing;

    Segment(NDManager scope, int length) {
      this.scope = scope;
      this.rope = model.rope(length);
      this.routing = routing();
    }

    NDArray forward(NDArray x, int begin, int end) {
      KernelArguments arguments =
          new KernelArguments().add(x).add(layers(begin, end)).add(rope).add(routing);
      return kernels.call(scope, "layers", arguments).head();
    }

    NDList backward(NDArray x, NDArray dy, int begin, int end) {
      KernelArguments arguments =
          new KernelArguments()
              .add(x)
              .add(dy)
              .add(layers(begin, end))
              .add(trainables.places(scope, begin, end, false))
              .add(scope.create(wantsInput(begin) ? 1L : 0L))
              .add(rope)
              .add(routing);
      return kernels.call(scope, "layers_backward", arguments);
    }

    /** The last layers with norm and head; the head's gradient is filed under its own name. */
    NDList last(NDArray x, int begin, NDArray ids, NDArray teacherStates, double scale) {
      int end = model.config().numLayers();
      DecoderWeights weights = model.weights();
      NDList layersAndNorm = layers(begin, end);
      layersAndNorm.add(weights.finalNorm());
      KernelArguments arguments =
          new KernelArguments()
              .add(x)
              .add(ids)
              .add(layersAndNorm)
              .add(trainables.places(scope, begin, end, true))
              .add(weights.head())
              .add(teacherArrays(teacherStates))
              .add(scope.create(loss(scale)))
              .add(scope.create(options(begin)))
              .add(rope)
              .add(routing);
      return kernels.call(scope, "final_backward", arguments);
    }

    private NDList layers(int begin, int end) {
      return shared
          .map(channels -> channels.layers(begin, end))
          .orElseGet(() -> model.weights().layers(begin, end, model.stride()));
    }

    private double[] loss(double scale) {
      Distillation distillation = settings.distillation();
      return new double[] {scale, distillation.weight(), distillation.temperature()};
    }

    private long[] options(int begin) {
      return new long[] {
        model.headChunk(), wantsInput(begin) ? 1 : 0, wantsHead() ? 1 : 0,
      };
    }

    private NDList teacherArrays(NDArray states) {
      return states == null
          ? new NDList(scope.create(new Shape(0)))
          : new NDList(states, teacher.orElseThrow().weights().head());
    }

    private NDList routing() {
      if (model instanceof MoeModel sparse) {
        double temperature = stage == TrainingStage.ROUTER ? settings.temperature() : 0;
        return sparse.routing(scope, temperature);
      }
      return new NDList(scope.create(0L), scope.create(0f), scope.create(0f));
    }
  }
}
