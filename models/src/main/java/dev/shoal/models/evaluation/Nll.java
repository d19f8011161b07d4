package dev.shoal.models.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * Negative log-likelihood of some text, in nats.
 *
 * @param sum over the predicted tokens
 * @param tokens predicted tokens; a window of S ids predicts S - 1
 */
public record Nll(double sum, long tokens) {

  /** Of nothing. */
  public static final Nll ZERO = new Nll(0, 0);

  /**
   * Of windows of one length.
   *
   * @param values of every predicted token, window after window
   */
  public static List<Nll> ofWindows(double[] values, int windows) {
    int predicted = values.length / windows;
    List<Nll> scores = new ArrayList<>();
    for (int b = 0; b < windows; b++) {
      double sum = 0;
      for (int i = b * predicted; i < (b + 1) * predicted; i++) {
        sum += values[i];
      }
      scores.add(new Nll(sum, predicted));
    }
    return scores;
  }

  /** Of both texts together. */
  public Nll plus(Nll other) {
    return new Nll(sum + other.sum, tokens + other.tokens);
  }

  /** Nats per token. */
  public double mean() {
    if (tokens == 0) {
      throw new IllegalStateException(
          "a mean over no predicted tokens; give it at least one window");
    }
    return sum / tokens;
  }

  /** \( \exp(\mathrm{sum} / \mathrm{tokens}) \), per token. */
  public double perplexity() {
    return Math.exp(mean());
  }
}
