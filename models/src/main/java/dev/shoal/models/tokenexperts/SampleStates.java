package dev.shoal.models.tokenexperts;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.WindowBatches;
import dev.shoal.models.moe.MoeModel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The sample on its way through the dense model, one layer at a time, or through the layers already
 * made, and beside them through the dense ones.
 */
final class SampleStates implements AutoCloseable {

  static final KernelModule.Fragment KERNELS =
      new KernelModule.Fragment(SampleStates.class, "tokenexperts.kernels");

  static final KernelModule.Fragment FIT_KERNELS =
      new KernelModule.Fragment(SampleStates.class, "expertfit.kernels");

  private final DenseModel model;
  private final LayerProgress progress;
  private final NDManager manager;
  private final KernelModule kernels;
  private final List<NDArray> streams = new ArrayList<>(); // [B, S, H] of each batch
  private final List<NDArray> dense = new ArrayList<>(); // as streams; none where they are the same
  private final long[] groups; // [N] or null
  private NDArray inputs; // [N, H]

  /**
   * The sample before the first layer.
   *
   * @param apart whether streams go through the layers already made
   */
  SampleStates(
      DenseModel model, TokenExperts.Sample sample, boolean apart, LayerProgress progress) {
    this.model = model;
    this.progress = progress;
    this.manager = Engine.newManager(model.device());
    this.kernels =
        KernelModule.load(
            model.device(), DenseModel.KERNELS, MoeModel.KERNELS, KERNELS, FIT_KERNELS);
    embed(sample, streams);
    if (apart) {
      embed(sample, dense);
    }
    this.groups = sample.groups() == null ? null : spread(sample);
  }

  private void embed(TokenExperts.Sample sample, List<NDArray> into) {
    WindowBatches batches = model.batches(sample.windows());
    while (batches.hasNext()) {
      try (NDManager scope = manager.newSubManager()) {
        NDArray x = model.embed(scope, model.ids(scope, batches.next()));
        x.attach(manager);
        into.add(x);
      }
    }
  }

  /** The group of each token. */
  private static long[] spread(TokenExperts.Sample sample) {
    List<Long> all = new ArrayList<>();
    for (int i = 0; i < sample.windows().size(); i++) {
      for (int t = 0; t < sample.windows().get(i).length; t++) {
        all.add((long) sample.groups()[i]);
      }
    }
    return all.stream().mapToLong(Long::longValue).toArray();
  }

  KernelModule kernels() {
    return kernels;
  }

  NDManager manager() {
    return manager;
  }

  /** The normed inputs of the layer's FFN, [N, H]. */
  NDArray inputs() {
    return inputs;
  }

  /** The group of each token, [N, 1]; null where tokens have none. */
  NDArray groups(NDManager scope) {
    return groups == null ? null : scope.create(groups, new Shape(groups.length, 1));
  }

  /** Runs the layer's attention. */
  void enter(int layer) {
    NDList parts = new NDList();
    NDList weights = model.layer(layer);
    try (NDManager scope = manager.newSubManager()) {
      for (int i = 0; i < streams.size(); i++) {
        KernelArguments arguments =
            new KernelArguments().add(streams.get(i)).add(weights).add(rope(i));
        NDList found = kernels.call(scope, "ffn_input", arguments);
        replace(streams, i, found.get(0));
        parts.add(found.get(1));
        progress.read(i + 1, streams.size());
      }
      inputs = kernels.call(scope, "joined", new KernelArguments().add(parts)).head();
      inputs.attach(manager);
    }
  }

  /**
   * What the layer's experts have to give to reach the dense model, [N, H]: its stream behind the
   * layer, where it is then, without the other behind its attention.
   */
  NDArray target(NDManager owner, int layer, NDArray like) {
    NDList parts = new NDList();
    NDList weights = model.layer(layer);
    try (NDManager scope = manager.newSubManager()) {
      for (int i = 0; i < dense.size(); i++) {
        KernelArguments arguments =
            new KernelArguments().add(dense.get(i)).add(weights).add(rope(i));
        replace(dense, i, kernels.call(scope, "dense_layers", arguments).head());
        KernelArguments both =
            new KernelArguments().add(dense.get(i)).add(streams.get(i)).add(like);
        parts.add(kernels.call(scope, "left_over", both).head());
      }
      return kernels.call(owner, "joined", new KernelArguments().add(parts)).head();
    }
  }

  /** Runs the layer's dense FFN; the next layer can be entered. */
  void leave(int layer) {
    NDList weights = model.layer(layer);
    leave("ffn_output", arguments -> arguments.add(weights));
  }

  /** Runs the layer's experts instead. */
  void leave(NDList experts, NDArray chosen, NDArray gates) {
    leave("fitted_output", arguments -> arguments.add(experts).add(chosen).add(gates));
  }

  private void leave(String kernel, UnaryOperator<KernelArguments> more) {
    long begin = 0;
    for (int i = 0; i < streams.size(); i++) {
      try (NDManager scope = manager.newSubManager()) {
        KernelArguments arguments =
            new KernelArguments().add(streams.get(i)).add(inputs).add(begin);
        NDArray next = kernels.call(scope, kernel, more.apply(arguments)).head();
        Shape shape = streams.get(i).getShape();
        begin += shape.get(0) * shape.get(1);
        replace(streams, i, next);
      }
    }
    inputs.close();
  }

  private NDList rope(int i) {
    return model.rope((int) streams.get(i).getShape().get(1));
  }

  private void replace(List<NDArray> arrays, int i, NDArray next) {
    next.attach(manager);
    arrays.set(i, next).close();
  }

  @Override
  public void close() {
    manager.close();
    kernels.close();
  }
}
