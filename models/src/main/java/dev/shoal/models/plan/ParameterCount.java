package dev.shoal.models.plan;

import dev.shoal.models.prune.Compensation;

/**
 * Parameters of a model, by what they do.
 *
 * @param embeddings V H
 * @param head V H, or 0 where it is tied to the embeddings
 * @param attention the four projections of all layers
 * @param norms all RMS norms
 * @param router L E H, or 0 for a dense model
 * @param ffn all FFNs, with the biases of {@link Compensation#BIAS}
 * @param activeFfn the part of them that one token uses
 */
public record ParameterCount(
    long embeddings, long head, long attention, long norms, long router, long ffn, long activeFfn) {

  /** Parameters of a dense model; all of them are active. */
  public static ParameterCount of(ModelShape dense) {
    long ffn = dense.layers() * dense.ffnWeights(dense.intermediate());
    return with(dense, 0, ffn, ffn);
  }

  /** Parameters of a mixture; a bias of width H belongs to each expert when compensated by it. */
  public static ParameterCount of(MoeShape moe, Compensation compensation) {
    long bias =
        compensation == Compensation.BIAS ? (long) moe.dense().layers() * moe.dense().hidden() : 0;
    return with(
        moe.dense(),
        moe.routerWeights(),
        moe.expertWeights(moe.experts()) + moe.experts() * bias,
        moe.expertWeights(moe.expertsPerToken()) + moe.expertsPerToken() * bias);
  }

  /** All parameters. */
  public long total() {
    return shared() + ffn;
  }

  /** Parameters that one token uses, embeddings and head counted in full. */
  public long active() {
    return shared() + activeFfn;
  }

  private long shared() {
    return embeddings + head + attention + norms + router;
  }

  private static ParameterCount with(ModelShape dense, long router, long ffn, long activeFfn) {
    return new ParameterCount(
        dense.vocabularyWeights(),
        dense.tied() ? 0 : dense.vocabularyWeights(),
        dense.attentionWeights(),
        dense.normWeights(),
        router,
        ffn,
        activeFfn);
  }
}
