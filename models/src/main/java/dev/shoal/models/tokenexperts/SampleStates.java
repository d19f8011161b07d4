package dev.shoal.models.tokenexperts;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.shoal.models.Progress;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.WindowBatches;
import dev.shoal.models.moe.MoeModel;
import java.util.ArrayList;
import java.util.List;

/** The sample on its way through the dense model, one layer at a time. */
final class SampleStates implements AutoCloseable {

  static final KernelModule.Fragment KERNELS =
      new KernelModule.Fragment(SampleStates.class, "tokenexperts.kernels");

  private final DenseModel model;
  private final Progress progress;
  private final NDManager manager;
  private final KernelModule kernels;
  private final List<NDArray> streams = new ArrayList<>(); // [B, S, H] of each batch
  private final long[] groups; // [N] or null
  private NDArray inputs; // [N, H]

  SampleStates(DenseModel model, TokenExperts.Sample sample, Progress progress) {
    this.model = model;
    this.progress = progress;
    this.manager = Engine.newManager(model.device());
    this.kernels = KernelModule.load(model.device(), DenseModel.KERNELS, MoeModel.KERNELS, KERNELS);
    WindowBatches batches = model.batches(sample.windows());
    while (batches.hasNext()) {
      try (NDManager scope = manager.newSubManager()) {
        NDArray x = model.embed(scope, model.ids(scope, batches.next()));
        x.attach(manager);
        streams.add(x);
      }
    }
    this.groups = sample.groups() == null ? null : spread(sample);
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
        replace(i, found.get(0));
        parts.add(found.get(1));
        progress.report("read the sample", i + 1L, streams.size());
      }
      inputs = kernels.call(scope, "joined", new KernelArguments().add(parts)).head();
      inputs.attach(manager);
    }
  }

  /** Runs the layer's dense FFN; the next layer can be entered. */
  void leave(int layer) {
    NDList weights = model.layer(layer);
    long begin = 0;
    for (int i = 0; i < streams.size(); i++) {
      try (NDManager scope = manager.newSubManager()) {
        KernelArguments arguments =
            new KernelArguments().add(streams.get(i)).add(inputs).add(begin).add(weights);
        NDArray next = kernels.call(scope, "ffn_output", arguments).head();
        Shape shape = streams.get(i).getShape();
        begin += shape.get(0) * shape.get(1);
        replace(i, next);
      }
    }
    inputs.close();
  }

  private NDList rope(int i) {
    return model.rope((int) streams.get(i).getShape().get(1));
  }

  private void replace(int i, NDArray next) {
    next.attach(manager);
    streams.set(i, next).close();
  }

  @Override
  public void close() {
    manager.close();
    kernels.close();
  }
}
