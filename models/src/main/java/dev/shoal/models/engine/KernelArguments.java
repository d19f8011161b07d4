package dev.shoal.models.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The arguments of one kernel call, in the order of the kernel's parameters. Arrays are borrowed;
 * numbers become small arrays on the host.
 *
 * <p>DJL tells single arrays from lists by their names, so an array takes part in one call at a
 * time.
 */
public final class KernelArguments {

  private final List<Function<NDManager, NDArray>> arrays = new ArrayList<>();
  private int lists;

  /** A parameter of type {@code Tensor}. */
  public KernelArguments add(NDArray array) {
    array.setName(null);
    arrays.add(host -> array);
    return this;
  }

  /** A parameter of type {@code Tensor} that the kernel reads as whole numbers, int64. */
  public KernelArguments add(long... numbers) {
    arrays.add(host -> host.create(numbers));
    return this;
  }

  /** A parameter of type {@code Tensor} that the kernel reads as numbers, float64. */
  public KernelArguments add(double... numbers) {
    arrays.add(host -> host.create(numbers));
    return this;
  }

  /** A parameter of type {@code List[Tensor]}; it needs at least one array. */
  public KernelArguments add(Iterable<NDArray> list) {
    String name = "list" + lists++ + "[]";
    int before = arrays.size();
    for (NDArray array : list) {
      array.setName(name);
      arrays.add(host -> array);
    }
    if (arrays.size() == before) {
      throw new IllegalArgumentException("a kernel cannot be given an empty list of arrays");
    }
    return this;
  }

  NDList after(NDArray method, NDManager host) {
    NDList all = new NDList(arrays.size() + 1);
    all.add(method);
    arrays.forEach(array -> all.add(array.apply(host)));
    return all;
  }
}
