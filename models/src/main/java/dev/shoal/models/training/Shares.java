package dev.shoal.models.training;

import ai.djl.ndarray.NDList;
import java.util.Comparator;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Which replica owns which weight: the next largest goes to whoever has least so far. */
final class Shares {

  private final int[] owners;

  private Shares(int[] owners) {
    this.owners = owners;
  }

  static Shares of(NDList weights, int replicas) {
    int[] owners = new int[weights.size()];
    long[] elements = new long[replicas];
    IntStream.range(0, owners.length)
        .boxed()
        .sorted(Comparator.comparingLong(i -> -weights.get(i).size()))
        .forEach(
            i -> {
              owners[i] = least(elements);
              elements[owners[i]] += weights.get(i).size();
            });
    return new Shares(owners);
  }

  private static int least(long[] elements) {
    return IntStream.range(0, elements.length)
        .boxed()
        .min(Comparator.comparingLong(r -> elements[r]))
        .orElseThrow();
  }

  int owner(int weight) {
    return owners[weight];
  }

  /** Those of a list in the order of the weights that a replica owns. */
  NDList of(int replica, NDList all) {
    return of(replica, all, i -> true);
  }

  /** As above, of those that also hold a condition. */
  NDList of(int replica, NDList all, IntPredicate condition) {
    NDList mine = new NDList();
    for (int i = 0; i < owners.length; i++) {
      if (owners[i] == replica && condition.test(i)) {
        mine.add(all.get(i));
      }
    }
    return mine;
  }
}
