package dev.shoal.models.baselines;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.baselines.ExpertConstruction.Settings;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.engine.Precision;
import dev.shoal.models.tokens.Permutation;
import dev.shoal.models.tokens.Seeds;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Groups of one size of channels that are alike: balanced k-means that knows the points by their
 * inner products alone.
 *
 * <p>Axes: F channels, E groups of n = F / E. With S the inner products and M [F, E] the members of
 * each group, each counting 1 / n, the squared distance of channel i from the centre of group g is
 * \( S_{ii} - 2 (S M)_{ig} + (M^\top S M)_{gg} \). In turns every channel is given to a centre, as
 * {@link BalancedAssignment} says, and the centres move; at first they are channels taken at
 * random. It ends when nothing moves, or after {@value #ROUNDS} rounds.
 */
final class BalancedGroups {

  static final KernelModule.Fragment KERNELS =
      new KernelModule.Fragment(BalancedGroups.class, "baselines.kernels");

  private static final int ROUNDS = 30;

  private final KernelModule kernels;
  private final NDArray alike;
  private final int channels;
  private final Settings settings;

  /**
   * Groups to be found.
   *
   * @param alike inner products of all channels, [F, F] float32, borrowed
   */
  BalancedGroups(KernelModule kernels, NDArray alike, Settings settings) {
    this.kernels = kernels;
    this.alike = alike;
    this.channels = (int) alike.getShape().get(0);
    this.settings = settings;
  }

  /** The group of each channel of a layer, [F]. */
  int[] of(int layer) {
    int experts = settings.experts();
    int[] centres =
        Permutation.of(
            channels,
            new SplittableRandom(Seeds.derive(settings.seed(), "first centres " + layer)));
    float[] members = new float[channels * experts];
    for (int g = 0; g < experts; g++) {
      members[centres[g] * experts + g] = 1;
    }
    int[] groups = new BalancedAssignment(closeness(members), experts).groups();
    for (int round = 1; round < ROUNDS; round++) {
      int[] next = new BalancedAssignment(closeness(shares(groups)), experts).groups();
      if (Arrays.equals(next, groups)) {
        break;
      }
      groups = next;
    }
    return groups;
  }

  /** Each channel's part in its group's centre, [F, E]. */
  private float[] shares(int[] groups) {
    int experts = settings.experts();
    float[] shares = new float[channels * experts];
    for (int i = 0; i < channels; i++) {
      shares[i * experts + groups[i]] = (float) experts / channels;
    }
    return shares;
  }

  /** The squared distances with their sign turned, less what does not depend on the group. */
  private double[][] closeness(float[] members) {
    int experts = settings.experts();
    float[] products = products(members);
    double[] lengths = new double[experts];
    for (int i = 0; i < products.length; i++) {
      lengths[i % experts] += (double) members[i] * products[i];
    }
    double[][] closeness = new double[channels][experts];
    for (int i = 0; i < products.length; i++) {
      closeness[i / experts][i % experts] = 2.0 * products[i] - lengths[i % experts];
    }
    return closeness;
  }

  /** S M, [F, E] row-major. */
  private float[] products(float[] members) {
    try (NDManager scope = alike.getManager().newSubManager()) {
      NDArray columns =
          kernels.upload(scope, members, Precision.FLOAT32, channels, settings.experts());
      KernelArguments arguments = new KernelArguments().add(alike).add(columns);
      return kernels.download(kernels.call(scope, "products", arguments).singletonOrThrow());
    }
  }
}
