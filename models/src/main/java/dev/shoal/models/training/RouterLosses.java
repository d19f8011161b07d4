package dev.shoal.models.training;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Weights of losses on what routers do; 0 leaves one out, and nothing of it is computed. Each is of
 * one layer and one micro-batch of N tokens. The step's loss grows by the weighted means over
 * layers and over micro-batches, these by their tokens; micro-batches of several devices are so
 * averaged as well.
 *
 * <p>With \( p = \mathrm{softmax}(z / T) \) of the router's logits z, T being the router stage's
 * temperature there and 1 elsewhere, P its mean over tokens, f the share of the N K slots that each
 * expert gets, \( P_d \) the mean of p over the tokens of data set d and \( \pi_d \) their share.
 * No gradient goes through f. The router has one through p and z even where one expert is active.
 *
 * @param loadBalance of \( E \sum_e f_e P_e \), 1 where use is even and E where one expert has all
 * @param cvSquared of the squared coefficient of variation of P, \( E \sum_e P_e^2 - 1 \)
 * @param routerZ of the mean of \( (\log \sum_e \exp z_e)^2 \)
 * @param mutualInformation of \( -I = \sum_e P_e \log P_e - \sum_d \pi_d \sum_e P_{de} \log P_{de}
 *     \), in nats, of the data set of a token and its expert; 0 where a micro-batch has one data
 *     set
 */
public record RouterLosses(
    double loadBalance, double cvSquared, double routerZ, double mutualInformation) {

  /** Without any. */
  public static final RouterLosses NONE = new RouterLosses(0, 0, 0, 0);

  /** As kernels count them and metrics are called. */
  private static final List<String> NAMES =
      List.of("load_balance_loss", "cv_squared_loss", "router_z_loss", "mutual_information_loss");

  /** Rejects what is no weight. */
  public RouterLosses {
    for (double weight : new double[] {loadBalance, cvSquared, routerZ, mutualInformation}) {
      if (!(weight >= 0) || Double.isInfinite(weight)) {
        throw new IllegalArgumentException(
            "losses of the router have weights %s, %s, %s and %s; give finite numbers that are not negative"
                .formatted(loadBalance, cvSquared, routerZ, mutualInformation));
      }
    }
  }

  /** Whether there are none. */
  public boolean isNone() {
    return equals(NONE);
  }

  /** Whether it matters which data set a window is of. */
  boolean needsDataSets() {
    return mutualInformation > 0;
  }

  /** How many there could be. */
  static int count() {
    return NAMES.size();
  }

  /** What kernels take: the scale of a layer's losses, then the weights. */
  double[] numbers(double scale) {
    return new double[] {scale, loadBalance, cvSquared, routerZ, mutualInformation};
  }

  /** The weighted sum of all losses. */
  double weighted(double[] losses) {
    double[] numbers = numbers(0);
    double sum = 0;
    for (int i = 0; i < losses.length; i++) {
      sum += numbers[i + 1] * losses[i];
    }
    return sum;
  }

  /** Losses by name, without those of weight 0. */
  Map<String, Double> named(double[] losses) {
    double[] numbers = numbers(0);
    Map<String, Double> named = new LinkedHashMap<>();
    for (int i = 0; i < losses.length; i++) {
      if (numbers[i + 1] > 0) {
        named.put(NAMES.get(i), losses[i]);
      }
    }
    return Collections.unmodifiableMap(named);
  }
}
