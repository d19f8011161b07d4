package dev.shoal.models.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;

/** Sums of one step's gradients, in the order of the {@link Trainables}. */
final class Gradients {

  private final KernelModule kernels;
  private final NDManager owner;
  private final NDArray[] sums;

  /**
   * Nothing yet.
   *
   * @param owner owns the sums
   */
  Gradients(KernelModule kernels, NDManager owner, int size) {
    this.kernels = kernels;
    this.owner = owner;
    this.sums = new NDArray[size];
  }

  /** Adds gradients of the weights from a position on. They are taken over. */
  void add(NDManager scope, int first, NDList gradients) {
    NDList known = new NDList();
    NDList more = new NDList();
    for (int i = 0; i < gradients.size(); i++) {
      NDArray gradient = gradients.get(i);
      if (sums[first + i] == null) {
        gradient.attach(owner);
        sums[first + i] = gradient;
      } else {
        known.add(sums[first + i]);
        more.add(gradient);
      }
    }
    if (!known.isEmpty()) {
      kernels.call(scope, "accumulate", new KernelArguments().add(known).add(more));
    }
  }

  /** All sums. */
  NDList all() {
    return new NDList(sums);
  }
}
