package dev.shoal.models.bench;

import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.plan.Flops;
import dev.shoal.models.plan.ModelShape;
import dev.shoal.models.plan.MoeShape;
import dev.shoal.models.plan.PlanInput;
import dev.shoal.models.plan.RunCost;
import dev.shoal.models.plan.Stage;
import dev.shoal.models.plan.TrainedWeights;
import dev.shoal.models.plan.Training;
import dev.shoal.models.prune.Compensation;
import dev.shoal.models.tokenexperts.TokenExperts;
import dev.shoal.models.training.TrainingStage;

/** FLOPs a token of works with experts of half the width, one active, as a run's plan has them. */
record BenchFlops(LlamaConfig config) {

  double training(TrainingStage stage, StageBench.Settings settings, Compensation compensation) {
    TrainedWeights weights =
        switch (stage) {
          case ROUTER -> TrainedWeights.router();
          case EXPERTS -> TrainedWeights.lora(8);
          default -> TrainedWeights.full();
        };
    Training training = new Training(weights, settings.length(), false);
    return Flops.training(moe(settings), training, compensation, false);
  }

  /** Of making experts for kinds of tokens. */
  double tokens(StageBench.Settings settings) {
    int passes = 1 + TokenExperts.Settings.REPETITIONS;
    PlanInput input =
        new PlanInput(1, settings.windows(), settings.length(), 0, passes, 0, 0, 0, 0, 0);
    Training training = new Training(TrainedWeights.full(), settings.length(), false);
    return RunCost.of(moe(settings), input, Compensation.FOLD, training, false).stages().stream()
        .filter(cost -> cost.stage() == Stage.BUILD_EXPERTS)
        .mapToDouble(cost -> cost.flops() / settings.batchTokens())
        .sum();
  }

  private MoeShape moe(StageBench.Settings settings) {
    return new MoeShape(
        ModelShape.of(config), settings.experts(), 1, config.intermediateSize() / 2);
  }
}
