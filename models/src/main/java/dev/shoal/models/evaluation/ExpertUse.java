package dev.shoal.models.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * How the experts of one layer are used, every data set weighing the same.
 *
 * @param entropy of the experts' shares over its greatest value, log E: 1 where all are used alike,
 *     0 where one takes everything
 * @param information that the expert of a token has about its data set, \( \sum_{d,e} p(d, e) \log
 *     \frac{p(d, e)}{p(d) p(e)} \), in nats: 0 where every data set is shared out alike, log D at
 *     most
 * @param unused experts without a token
 */
public record ExpertUse(double entropy, double information, int unused) {

  /**
   * Layer by layer.
   *
   * @param counts of each data set, the tokens of each expert, [L, E]; every layer of every data
   *     set has at least one
   */
  public static List<ExpertUse> of(Collection<List<List<Long>>> counts) {
    int layers = counts.iterator().next().size();
    List<ExpertUse> all = new ArrayList<>();
    for (int l = 0; l < layers; l++) {
      int layer = l;
      all.add(layer(counts.stream().map(set -> shares(set.get(layer))).toList()));
    }
    return all;
  }

  private static double[] shares(List<Long> counts) {
    double total = counts.stream().mapToLong(Long::longValue).sum();
    return counts.stream().mapToDouble(count -> count / total).toArray();
  }

  /** From the shares of the experts in each data set. */
  private static ExpertUse layer(List<double[]> sets) {
    double[] mean = new double[sets.get(0).length];
    for (double[] set : sets) {
      Arrays.setAll(mean, e -> mean[e] + set[e] / sets.size());
    }
    double within = sets.stream().mapToDouble(ExpertUse::entropy).sum() / sets.size();
    double most = Math.log(Math.max(2, mean.length));
    int unused = (int) Arrays.stream(mean).filter(share -> share == 0).count();
    return new ExpertUse(entropy(mean) / most, Math.max(0, entropy(mean) - within), unused);
  }

  private static double entropy(double[] shares) {
    return Arrays.stream(shares).map(p -> p == 0 ? 0 : -p * Math.log(p)).sum();
  }
}
