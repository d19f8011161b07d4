package dev.shoal.activities;

import dev.shoal.models.Progress;
import dev.shoal.models.evaluation.ExpertUse;
import dev.shoal.models.evaluation.Nll;
import dev.shoal.models.evaluation.Perplexity;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.plan.ModelShape;
import dev.shoal.models.plan.MoeShape;
import dev.shoal.models.plan.ParameterCount;
import dev.shoal.models.prune.Compensation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs a model over windows and sums up what came out. */
final class Evaluations {

  private Evaluations() {}

  static Scores dense(DenseModel model, Map<String, List<int[]>> windows, Progress progress) {
    Map<String, Nll> nll = new LinkedHashMap<>();
    windows.forEach((name, set) -> nll.put(name, Perplexity.total(model.nll(set, progress))));
    long parameters = ParameterCount.of(ModelShape.of(model.config())).total();
    return scores("dense", nll, parameters, parameters, Map.of());
  }

  /** Scores, and how the experts of each layer were used. */
  record Mixture(Scores scores, List<ExpertUse> use) {}

  static Mixture mixture(
      String subject,
      MoeModel model,
      Compensation compensation,
      Map<String, List<int[]>> windows,
      Progress progress) {
    Map<String, Nll> nll = new LinkedHashMap<>();
    Map<String, List<Double>> use = new LinkedHashMap<>();
    List<List<List<Long>>> counts = new ArrayList<>();
    windows.forEach(
        (name, set) -> {
          MoeModel.Evaluation judged = model.evaluate(set, progress);
          nll.put(name, Perplexity.total(judged.windows()));
          use.put(name, shares(judged.use()));
          counts.add(judged.use());
        });
    ParameterCount count = ParameterCount.of(shape(model), compensation);
    return new Mixture(
        scores(subject, nll, count.total(), count.active(), use), ExpertUse.of(counts));
  }

  private static MoeShape shape(MoeModel model) {
    return new MoeShape(
        ModelShape.of(model.config()),
        model.shape().experts(),
        model.expertsPerToken(),
        model.shape().width());
  }

  private static Scores scores(
      String subject,
      Map<String, Nll> nll,
      long parameters,
      long active,
      Map<String, List<Double>> use) {
    Map<String, Double> perplexity = new LinkedHashMap<>();
    Map<String, Long> tokens = new LinkedHashMap<>();
    nll.forEach(
        (name, sum) -> {
          perplexity.put(name, sum.perplexity());
          tokens.put(name, sum.tokens());
        });
    double mean = Perplexity.geometricMean(nll.values());
    return new Scores(subject, perplexity, tokens, mean, parameters, active, use);
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
