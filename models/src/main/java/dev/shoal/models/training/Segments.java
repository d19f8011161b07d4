package dev.shoal.models.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.SharedChannels;
import java.util.Optional;

/** Calls of the kernels that take some layers forward and backward, as the stage needs them. */
final class Segments {

  /**
   * What one micro-batch reads.
   *
   * @param scope owns every result
   * @param ids [B, S]
   * @param teacher its normed states and head, or nothing
   * @param losses what the losses of the router take, or nothing
   * @param scale weight of one token in the step's loss
   */
  record Text(NDManager scope, NDArray ids, NDList teacher, NDList losses, double scale) {

    int length() {
      return (int) ids.getShape().get(1);
    }
  }

  private final LanguageModel model;
  private final TrainingStage stage;
  private final TrainingSettings settings;
  private final Trainables trainables;
  private final KernelModule kernels;
  private final Optional<SharedChannels> shared;
  private final Optional<AdaptedBases> bases;

  private Segments(
      LanguageModel model,
      TrainingStage stage,
      TrainingSettings settings,
      Trainables trainables,
      KernelModule kernels,
      Optional<SharedChannels> shared,
      Optional<AdaptedBases> bases) {
    this.model = model;
    this.stage = stage;
    this.settings = settings;
    this.trainables = trainables;
    this.kernels = kernels;
    this.shared = shared;
    this.bases = bases;
  }

  /**
   * For one stage of one model.
   *
   * @param owner owns what all calls share
   */
  static Segments of(
      LanguageModel model,
      TrainingStage stage,
      TrainingSettings settings,
      Trainables trainables,
      KernelModule kernels,
      NDManager owner) {
    Optional<SharedChannels> shared =
        stage == TrainingStage.ROUTER && model instanceof MoeModel sparse
            ? sparse.sharedChannels(owner)
            : Optional.empty();
    Optional<AdaptedBases> bases =
        stage == TrainingStage.EXPERTS && model instanceof MoeModel sparse
            ? Optional.of(new AdaptedBases(sparse, kernels, owner))
            : Optional.empty();
    return new Segments(model, stage, settings, trainables, kernels, shared, bases);
  }

  /** Takes over weights that were trained. */
  void refresh() {
    bases.ifPresent(AdaptedBases::refresh);
  }

  /** Output of layers [begin, end). */
  NDArray forward(Text text, NDArray x, int begin, int end) {
    KernelArguments arguments = new KernelArguments().add(x).add(layers(begin, end));
    if (isTaped()) {
      arguments.add(bases(text, begin, end));
    }
    return call(text, arguments, isTaped() ? "taped_layers" : "dense_layers").head();
  }

  /** Gradient of x where it is wanted, then those of the layers' trained weights. */
  NDList backward(Text text, NDArray x, NDArray dy, int begin, int end) {
    KernelArguments arguments = new KernelArguments().add(x).add(dy).add(layers(begin, end));
    trained(arguments, text, begin, end, false);
    arguments.add(stage.wantsInput(begin) ? 1L : 0L);
    return call(text, arguments, isTaped() ? "taped_backward" : "layers_backward");
  }

  /** The layers from this one on with norm and head: sums of losses, then as {@link #backward}. */
  NDList last(Text text, NDArray x, int begin) {
    int end = model.config().numLayers();
    NDList layersAndNorm = layers(begin, end);
    layersAndNorm.add(model.weights().finalNorm());
    KernelArguments arguments = new KernelArguments().add(x).add(text.ids()).add(layersAndNorm);
    trained(arguments, text, begin, end, true);
    Distillation distillation = settings.distillation();
    arguments
        .add(model.weights().head())
        .add(teacher(text))
        .add(text.scale(), distillation.weight(), distillation.temperature())
        .add(model.headChunk(), stage.wantsInput(begin) ? 1 : 0, stage.wantsHead() ? 1 : 0);
    return call(text, arguments, isTaped() ? "taped_final" : "final_backward");
  }

  /** Every kernel ends with the rotation, and those of sparse layers with the routing. */
  private NDList call(Text text, KernelArguments arguments, String kernel) {
    arguments.add(model.rope(text.length()));
    if (model instanceof MoeModel sparse) {
      arguments.add(routing(sparse, text));
    }
    return kernels.call(text.scope(), kernel, arguments);
  }

  /** Whether the backward pass of these layers is written out. */
  private boolean isTaped() {
    return stage != TrainingStage.DENSE;
  }

  /** Bases, or none, for written-out layers; otherwise which arrays are trained. */
  private void trained(KernelArguments arguments, Text text, int begin, int end, boolean norm) {
    if (isTaped()) {
      arguments.add(bases(text, begin, end));
    } else {
      arguments.add(trainables.places(begin, end, norm));
    }
  }

  private NDList bases(Text text, int begin, int end) {
    if (bases.isPresent()) {
      return bases.get().layers(begin, end);
    }
    int arrays = stage == TrainingStage.EXPERTS_FULL ? AdaptedBases.BASES * (end - begin) : 1;
    NDList empty = new NDList();
    for (int i = 0; i < arrays; i++) {
      empty.add(text.scope().create(new Shape(0)));
    }
    return empty;
  }

  private NDList layers(int begin, int end) {
    return shared
        .map(channels -> channels.layers(begin, end))
        .orElseGet(() -> model.weights().layers(begin, end, model.stride()));
  }

  private static NDList teacher(Text text) {
    return text.teacher().isEmpty()
        ? new NDList(text.scope().create(new Shape(0)))
        : text.teacher();
  }

  /**
   * As all sparse kernels take it, whether gradients must be the same every time, and what the
   * losses of the router take.
   */
  private NDList routing(MoeModel sparse, Text text) {
    double temperature = stage == TrainingStage.ROUTER ? settings.temperature() : 0;
    NDList routing = sparse.routing(text.scope(), temperature);
    routing.add(KernelModule.host(text.scope()).create(settings.deterministic() ? 1L : 0L));
    routing.addAll(text.losses());
    return routing;
  }
}
