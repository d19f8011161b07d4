package dev.shoal.models.plan;

import dev.shoal.models.prune.Compensation;
import dev.shoal.models.tokenexperts.RouterFit;
import dev.shoal.models.tokenexperts.TokenExperts;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run costs, stage by stage.
 *
 * @param stages in order; those that would do nothing are left out
 */
public record RunCost(List<StageCost> stages) {

  /** Copies its list. */
  public RunCost {
    stages = List.copyOf(stages);
  }

  /**
   * Adds up a run with one expert per group of data sets.
   *
   * @param training of the expert stage; the router stage uses its windows and its teacher
   * @param recompute whether training runs the layers forward twice
   */
  public static RunCost of(
      MoeShape moe,
      PlanInput input,
      Compensation compensation,
      Training training,
      boolean recompute) {
    List<StageCost> stages = new ArrayList<>();
    stages.add(new StageCost(Stage.INSPECT, 0, 0));
    stages.add(new StageCost(Stage.TOKENIZE, input.distinctTokens(), 0));
    if (input.needsStatistics()) {
      stages.add(calibrate(moe.dense(), input));
      stages.add(affinity(moe.dense(), input));
      stages.add(new StageCost(Stage.GROUP, 0, 0));
    }
    stages.add(
        input.passes() > 0
            ? fitExperts(moe, input, compensation)
            : buildExperts(moe, input, compensation));
    stages.add(new StageCost(Stage.REASSEMBLE, 0, 0));
    Training router = training.withWeights(TrainedWeights.router());
    long routerFlops = Flops.training(moe, router, compensation, recompute);
    stages.add(cost(Stage.TRAIN_ROUTER, input.routerTokens(), routerFlops));
    long expertFlops = Flops.training(moe, training, compensation, recompute);
    stages.add(cost(Stage.TRAIN_EXPERTS, input.expertTokens(), expertFlops));
    stages.add(evaluate(moe, input));
    stages.add(new StageCost(Stage.EXPORT, 0, 0));
    stages.removeIf(cost -> isTraining(cost.stage()) && cost.tokens() == 0);
    return new RunCost(stages);
  }

  /** FLOPs of all stages. */
  public double flops() {
    return stages.stream().mapToDouble(StageCost::flops).sum();
  }

  /** Estimated time of all stages, at one measured speed. */
  public double seconds(double flopsPerSecond) {
    return stages.stream().mapToDouble(cost -> cost.seconds(flopsPerSecond)).sum();
  }

  private static boolean isTraining(Stage stage) {
    return stage == Stage.TRAIN_ROUTER || stage == Stage.TRAIN_EXPERTS;
  }

  private static StageCost calibrate(ModelShape dense, PlanInput input) {
    long tokens = input.dataSets() * input.calibrationTokens();
    return cost(Stage.CALIBRATE, tokens, Flops.denseBody(dense, input.windowTokens()));
  }

  /** Masked channels are still computed, so that one set of weights serves all rows. */
  private static StageCost affinity(ModelShape dense, PlanInput input) {
    return cost(
        Stage.AFFINITY, input.affinityMatrixTokens(), Flops.dense(dense, input.windowTokens()));
  }

  /**
   * One pass per expert, or over the one sample of all data sets, whose statistics cost another;
   * folding adds a second-moment matrix per token and a solve per layer.
   */
  private static StageCost buildExperts(MoeShape moe, PlanInput input, Compensation compensation) {
    ModelShape dense = moe.dense();
    boolean fold = compensation == Compensation.FOLD;
    boolean sample = !input.needsStatistics();
    long tokens = (sample ? 1 : moe.experts()) * input.calibrationTokens();
    double perToken = Flops.denseBody(dense, input.windowTokens()) * (sample && fold ? 2 : 1);
    double solves = 0;
    if (fold) {
      perToken += 2.0 * dense.intermediate() * dense.intermediate() * dense.layers();
      solves = (double) moe.experts() * dense.layers() * foldSolve(moe);
    }
    return new StageCost(Stage.BUILD_EXPERTS, tokens, tokens * perToken + solves);
  }

  /**
   * The dense layers once; then in every pass second moments, the dense FFN and all experts on
   * every token, and the router's steps. Experts that are fitted take the dense layers again.
   */
  private static StageCost fitExperts(MoeShape moe, PlanInput input, Compensation compensation) {
    ModelShape dense = moe.dense();
    long tokens = input.calibrationTokens();
    double ffn = 2.0 * dense.ffnWeights(dense.intermediate());
    double moments = 2.0 * dense.intermediate() * dense.intermediate() + ffn;
    double experts = 2.0 * moe.experts() * moe.expertChannels() * dense.hidden();
    double solves = compensation == Compensation.FOLD ? (double) moe.experts() * foldSolve(moe) : 0;
    double router = RouterFit.TOKENS * 4.0 * moe.experts() * dense.hidden();
    double pass = dense.layers() * (tokens * (moments + ffn + experts) + solves + router);
    double once = tokens * (double) Flops.denseBody(dense, input.windowTokens());
    double fit =
        input.fitSteps() == 0 ? 0 : once + dense.layers() * (fitLayer(moe, input) + router);
    return new StageCost(Stage.BUILD_EXPERTS, tokens, once + input.passes() * pass + fit);
  }

  /**
   * Forward and backward of each token's experts in every step; then all experts on every token.
   */
  private static double fitLayer(MoeShape moe, PlanInput input) {
    double expert = 2.0 * moe.dense().ffnWeights(moe.expertChannels());
    double steps = input.fitSteps() * (double) TokenExperts.Fit.BATCH * moe.expertsPerToken();
    return expert * (3 * steps + (double) moe.experts() * input.calibrationTokens());
  }

  /** Cholesky factor, product with the second moments, two triangular solves for H rows. */
  private static double foldSolve(MoeShape moe) {
    double c = moe.expertChannels();
    double h = moe.dense().hidden();
    return c * c * c / 3 + 2 * h * moe.dense().intermediate() * c + 2 * h * c * c;
  }

  /** The dense model, the assembled one, and one more after each training stage. */
  private static StageCost evaluate(MoeShape moe, PlanInput input) {
    int trained = (input.routerTokens() > 0 ? 1 : 0) + (input.expertTokens() > 0 ? 1 : 0);
    int mixtures = 1 + trained;
    long tokens = input.evaluationTokensPerModel();
    double dense = Flops.dense(moe.dense(), input.evaluationTokens());
    double mixture = Flops.moe(moe, input.evaluationTokens());
    return new StageCost(
        Stage.EVALUATE, (1 + mixtures) * tokens, tokens * (dense + mixtures * mixture));
  }

  private static StageCost cost(Stage stage, long tokens, long flopsPerToken) {
    return new StageCost(stage, tokens, (double) tokens * flopsPerToken);
  }
}
