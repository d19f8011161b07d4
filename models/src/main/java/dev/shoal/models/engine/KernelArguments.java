package dev.shoal.models.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * The arguments of one kernel call, in the order of the kernel's parameters. Arrays are borrowed.
 *
 * <p>DJL tells single arrays from lists by their names, so an array takes part in one call at a
 * time.
 */
public final class KernelArguments {

  private final NDList arrays = new NDList();
  private int lists;

  /** A parameter of type {@code Tensor}. */
  public KernelArguments add(NDArray array) {
    array.setName(null);
    arrays.add(array);
    return this;
  }

  /** A parameter of type {@code List[Tensor]}; it needs at least one array. */
  public KernelArguments add(Iterable<NDArray> list) {
    String name = "list" + lists++ + "[]";
    int before = arrays.size();
    for (NDArray array : list) {
      array.setName(name);
      arrays.add(array);
    }
    if (arrays.size() == before) {
      throw new IllegalArgumentException("a kernel cannot be given an empty list of arrays");
    }
    return this;
  }

  NDList after(NDArray method) {
    NDList all = new NDList(arrays.size() + 1);
    all.add(method);
    all.addAll(arrays);
    return all;
  }
}
