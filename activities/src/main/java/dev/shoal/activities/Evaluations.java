package dev.shoal.activities;

import dev.shoal.models.Progress;
import dev.shoal.models.evaluation.ExpertUse;
import dev.shoal.models.evaluation.Nll;
import dev.shoal.models.evaluation.Perplexity;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.plan.Flops;
import dev.shoal.models.plan.ModelShape;
import dev.shoal.models.plan.MoeShape;
import dev.shoal.models.plan.ParameterCount;
import dev.shoal.models.prune.Compensation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Runs a model over windows and sums up what came out. */
final class Evaluations {

  private Evaluations() {}

  static Scores dense(DenseModel model, Map<String, List<int[]>> windows, Progress progress) {
    Map<String, List<Nll>> nll = new LinkedHashMap<>();
    windows.forEach((name, set) -> nll.put(name, model.nll(set, progress)));
    ModelShape shape = ModelShape.of(model.config());
    long parameters = ParameterCount.of(shape).total();
    Size size = new Size(parameters, parameters, Flops.dense(shape, longest(windows)));
    return scores("dense", nll, size, new Use(Map.of(), List.of()));
  }

  /**
   * Scores, how the experts of each layer were used, and the tokens they got: by data set, [L, E].
   */
  record Mixture(Scores scores, List<ExpertUse> use, Map<String, List<List<Long>>> tokens) {}

  static Mixture mixture(
      String subject,
      MoeModel model,
      Compensation compensation,
      Map<String, List<int[]>> windows,
      Progress progress) {
    Map<String, List<Nll>> nll = new LinkedHashMap<>();
    Map<String, List<Double>> use = new LinkedHashMap<>();
    Map<String, List<List<Long>>> counts = new LinkedHashMap<>();
    windows.forEach(
        (name, set) -> {
          MoeModel.Evaluation judged = model.evaluate(set, progress);
          nll.put(name, judged.windows());
          use.put(name, shares(judged.use()));
          counts.put(name, judged.use());
        });
    ParameterCount count = ParameterCount.of(shape(model), compensation);
    Size size = new Size(count.total(), count.active(), Flops.moe(shape(model), longest(windows)));
    List<ExpertUse> layers = ExpertUse.of(counts.values());
    return new Mixture(scores(subject, nll, size, new Use(use, layers)), layers, counts);
  }

  private static MoeShape shape(MoeModel model) {
    return new MoeShape(
        ModelShape.of(model.config()),
        model.shape().experts(),
        model.expertsPerToken(),
        model.shape().width());
  }

  private static int longest(Map<String, List<int[]>> windows) {
    return windows.values().stream()
        .flatMap(List::stream)
        .mapToInt(window -> window.length)
        .max()
        .orElse(1);
  }

  /** What a model costs: parameters in all and active, FLOPs of a forward pass per token. */
  private record Size(long parameters, long active, long flops) {}

  /** How experts were used: shares by data set, and each layer. */
  private record Use(Map<String, List<Double>> shares, List<ExpertUse> layers) {}

  private static Scores scores(String subject, Map<String, List<Nll>> windows, Size size, Use use) {
    Map<String, Double> perplexity = new LinkedHashMap<>();
    Map<String, Long> tokens = new LinkedHashMap<>();
    List<Nll> totals = new ArrayList<>();
    windows.forEach(
        (name, nll) -> {
          Nll total = Perplexity.total(nll);
          perplexity.put(name, total.perplexity());
          tokens.put(name, total.tokens());
          totals.add(total);
        });
    return new Scores(
        subject,
        perplexity,
        tokens,
        Perplexity.geometricMean(totals),
        half(windows, 0),
        half(windows, 1),
        null,
        size.parameters(),
        size.active(),
        size.flops(),
        use.shares(),
        use.layers().stream().map(ExpertUse::unused).toList());
  }

  /**
   * Of every second window, from the first one on. The mean is over all data sets or not at all:
   * means over different ones are no numbers to put side by side.
   *
   * @return null where no data set has such a window
   */
  static Scores.Half half(Map<String, List<Nll>> windows, int first) {
    Map<String, Nll> sums = new LinkedHashMap<>();
    windows.forEach((name, nll) -> sums.put(name, everySecond(nll, first)));
    sums.values().removeIf(sum -> sum.tokens() == 0);
    return half(sums, sums.size() == windows.size());
  }

  private static Scores.Half half(Map<String, Nll> sums, boolean whole) {
    Map<String, Double> perplexity = new LinkedHashMap<>();
    sums.forEach((name, sum) -> perplexity.put(name, sum.perplexity()));
    return perplexity.isEmpty()
        ? null
        : new Scores.Half(perplexity, whole ? Perplexity.geometricMean(sums.values()) : null);
  }

  /**
   * With every data set sent to the expert that was made for its group: what a router has to reach.
   * A data set that is in no group has no expert.
   *
   * @param groups in the order of the experts
   * @return null where no data set is in a group
   */
  static Scores.Half byHand(
      MoeModel model,
      List<List<String>> groups,
      Map<String, List<int[]>> windows,
      Progress progress) {
    Map<String, Nll> sums = new LinkedHashMap<>();
    for (int e = 0; e < groups.size(); e++) {
      for (String name : groups.get(e)) {
        if (windows.containsKey(name)) {
          sums.put(name, Perplexity.total(model.nllOf(e, windows.get(name), progress)));
        }
      }
    }
    return half(sums, sums.keySet().containsAll(windows.keySet()));
  }

  private static Nll everySecond(List<Nll> windows, int first) {
    return Perplexity.total(
        IntStream.iterate(first, i -> i < windows.size(), i -> i + 2)
            .mapToObj(windows::get)
            .toList());
  }

  /** Counts [L, E] to shares by expert over all layers. */
  private static List<Double> shares(List<List<Long>> counts) {
    long[] sum = new long[counts.get(0).size()];
    long total = 0;
    for (List<Long> layer : counts) {
      for (int e = 0; e < sum.length; e++) {
        sum[e] += layer.get(e);
        total += layer.get(e);
      }
    }
    List<Double> shares = new ArrayList<>();
    for (long expert : sum) {
      shares.add((double) expert / Math.max(1, total));
    }
    return shares;
  }
}
