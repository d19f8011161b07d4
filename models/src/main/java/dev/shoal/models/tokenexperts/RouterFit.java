package dev.shoal.models.tokenexperts;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;

/**
 * Fits a linear router to what each expert misses on each token, without a bias, as stock sparse
 * models have it.
 *
 * <p>Cross-entropy against \( \mathrm{softmax}(-\mathrm{err}(n, \cdot) / \tau) \), \( \tau = 0.2\,
 * \mathrm{mean}_n \min_e \mathrm{err}(n, e) \); where a token has several experts, against the mean
 * of one such target for each, what it misses beside the best ones before it. Adam, 300 steps of
 * 16,384 tokens, learning rate 3e-3 falling as a cosine.
 */
public final class RouterFit {

  /** Tokens that one fit reads, one after the other. */
  public static final long TOKENS = 300L * 16_384;

  private static final int STEPS = 300;
  private static final int BATCH = 16_384;
  private static final double LEARNING_RATE = 3e-3;
  private static final double TAU_SHARE = 0.2;
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;

  private final KernelModule kernels;
  private final Shuffled order;
  private final double[] rates = new double[STEPS];
  private final double[] unbias = new double[STEPS];

  RouterFit(KernelModule kernels, Shuffled order) {
    this.kernels = kernels;
    this.order = order;
    for (int s = 0; s < STEPS; s++) {
      double cosine = (1 + Math.cos(Math.PI * s / STEPS)) / 2;
      rates[s] = LEARNING_RATE * cosine / (1 - Math.pow(BETA1, s + 1));
      unbias[s] = 1 / (1 - Math.pow(BETA2, s + 1));
    }
  }

  /**
   * The fitted router, [E, H].
   *
   * @param inputs [N, H]
   * @param errors of each expert beside those chosen before it, [K, E, N]
   * @param router where to start
   */
  NDArray fit(NDManager scope, NDArray inputs, NDArray errors, NDArray router) {
    long tokens = inputs.getShape().get(0);
    KernelArguments arguments =
        new KernelArguments()
            .add(inputs)
            .add(errors)
            .add(router)
            .add(order.some(scope, tokens, tokens))
            .add(TAU_SHARE)
            .add((long) BATCH)
            .add(rates)
            .add(unbias);
    return kernels.call(scope, "fit_router", arguments).head();
  }
}
