package dev.shoal.models.evaluation;

import java.util.Collection;

/** Perplexity over several texts. */
public final class Perplexity {

  private Perplexity() {}

  /** All texts as one: every token weighs the same. Zero windows give {@link Nll#ZERO}. */
  public static Nll total(Iterable<Nll> windows) {
    Nll total = Nll.ZERO;
    for (Nll window : windows) {
      total = total.plus(window);
    }
    return total;
  }

  /**
   * Geometric mean of the perplexities of several data sets, \( \exp(\frac1n \sum \log p_i) \):
   * every data set weighs the same, however large, and no hard one drowns the others.
   */
  public static double geometricMean(Collection<Nll> dataSets) {
    if (dataSets.isEmpty()) {
      throw new IllegalArgumentException("a mean over no data sets; evaluate at least one");
    }
    return Math.exp(dataSets.stream().mapToDouble(Nll::mean).sum() / dataSets.size());
  }
}
