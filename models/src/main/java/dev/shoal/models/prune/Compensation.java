package dev.shoal.models.prune;

/**
 * What makes up for the channels an expert lost.
 *
 * <p>K are the kept channels, R the removed ones, h the input of {@code down_proj} ([F] per token),
 * m its mean over the calibration tokens, \( W_d \) the dense {@code down_proj} [H, F].
 */
public enum Compensation {
  /**
   * Nothing: \( y = W_d[:,K]\, h_K \). The plain cut; any stock format holds it, and retraining has
   * the most to repair.
   */
  NONE,

  /**
   * The removed channels are replaced by their mean: \( y = W_d[:,K]\, h_K + b,\; b = W_d[:,R]\,
   * m_R \). The mean output over the calibration tokens is that of the dense FFN. This is the
   * published method; Mixtral-shaped formats have no place for b. See {@link MeanBias}.
   */
  BIAS,

  /**
   * The removed channels are predicted from the kept ones by ridge regression and folded into the
   * weights: \( y = W_d'\, h_K,\; W_d' = W_d\, G[:,K]\, (G[K,K] + \lambda I)^{-1} \), with the
   * uncentred second moments \( G = E[h h^\top] \) and \( \lambda = 10^{-3}\,
   * \mathrm{mean}(\mathrm{diag}\, G[K,K]) \). The least-squares optimum up to the ridge; stock
   * formats hold it exactly. Costs one second-moment matrix [F, F] and one solve per expert and
   * layer.
   */
  FOLD
}
