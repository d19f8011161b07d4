package dev.shoal.models.plan;

import dev.shoal.models.prune.Compensation;

/**
 * FLOPs per token, averaged over a window of S tokens.
 *
 * <p>Forward: two for every weight of a matrix product (projections, the experts at work, router,
 * head), and for the causal attention of one layer \( 2 A h (S + 1) \), which is scores and values
 * over (S + 1) / 2 earlier tokens on average. Embedding look-ups, norms and activations are free.
 *
 * <p>Training: the backward pass repeats every product for the gradient of its input, and once more
 * for the gradient of its weight where that weight is trained: three times the forward pass, less
 * the gradients of frozen weights. Attention between tokens has two operands and always costs three
 * times.
 */
public final class Flops {

  private Flops() {}

  /** Forward pass of the dense model with its head. */
  public static long dense(ModelShape dense, int sequenceTokens) {
    return denseBody(dense, sequenceTokens) + head(dense);
  }

  /** Forward pass of the dense model without its head, as in calibration. */
  public static long denseBody(ModelShape dense, int sequenceTokens) {
    long ffn = dense.layers() * dense.ffnWeights(dense.intermediate());
    return 2 * (dense.attentionWeights() + ffn) + context(dense, sequenceTokens);
  }

  /** Forward pass of the mixture with K experts at work. */
  public static long moe(MoeShape moe, int sequenceTokens) {
    return products(moe, moe.expertWeights(moe.expertsPerToken()))
        + context(moe.dense(), sequenceTokens);
  }

  /**
   * Forward and backward pass, and the teacher's forward pass with distillation.
   *
   * <p>The router stage trains experts that are still cuts of one dense FFN: what they have in
   * common is multiplied once. That is gate and up, and down unless it was folded. Experts with
   * weights of their own are multiplied one by one.
   *
   * @param recompute whether the layers run forward a second time to save memory
   */
  public static long training(
      MoeShape moe, Training training, Compensation compensation, boolean recompute) {
    boolean router = training.weights().part() == TrainedWeights.Part.ROUTER;
    int experts = moe.expertsPerToken();
    long products =
        products(moe, router ? untrained(moe, compensation) : moe.expertWeights(experts));
    long context = context(moe.dense(), training.sequenceTokens());
    long adapters = 2 * training.weights().loraWeights(moe, experts);
    long trained = 2 * (moe.routerWeights() + training.weights().expertWeights(moe, experts));
    long again = recompute ? products - head(moe.dense()) + adapters + context : 0;
    long teacher = training.distillation() ? dense(moe.dense(), training.sequenceTokens()) : 0;
    return 2 * products + 3 * adapters + trained + 3 * context + again + teacher;
  }

  /** FFN weights of all experts together, once what cuts of one dense FFN have in common. */
  private static long untrained(MoeShape moe, Compensation compensation) {
    if (!moe.cuts()) {
      return moe.expertWeights(moe.experts());
    }
    long own = (long) moe.experts() * moe.expertChannels();
    long down = compensation == Compensation.FOLD ? own : moe.keptChannels();
    return (2 * moe.keptChannels() + down) * moe.dense().hidden() * moe.dense().layers();
  }

  private static long products(MoeShape moe, long expertWeights) {
    long weights = moe.dense().attentionWeights() + moe.routerWeights() + expertWeights;
    return 2 * weights + head(moe.dense());
  }

  private static long head(ModelShape dense) {
    return 2 * dense.vocabularyWeights();
  }

  private static long context(ModelShape dense, int sequenceTokens) {
    return 2L * dense.heads() * dense.headSize() * (sequenceTokens + 1L) * dense.layers();
  }
}
