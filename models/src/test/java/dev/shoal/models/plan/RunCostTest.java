package dev.shoal.models.plan;

import static dev.shoal.models.plan.PicoShapes.MOE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.models.prune.Compensation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The cost of a run")
class RunCostTest {

  private static final PlanInput INPUT = new PlanInput(2, 5, 3, 4, 0, 0, 6, 3, 30, 60);
  private static final Training LORA = new Training(TrainedWeights.lora(2), 3, true);

  @Test
  @DisplayName("is listed stage by stage, from inspect to export")
  void stages() {
    assertThat(RunCost.of(MOE, INPUT, Compensation.FOLD, LORA, false).stages())
        .containsExactly(
            new StageCost(Stage.INSPECT, 0, 0),
            new StageCost(Stage.TOKENIZE, 30 + 24 + 36 + 90, 0),
            new StageCost(Stage.CALIBRATE, 30, 30 * 544),
            new StageCost(Stage.AFFINITY, 2 * 2 * 12, 48 * 624),
            new StageCost(Stage.GROUP, 0, 0),
            // second moments 2 * 2 * 6 * 6; solves 6 * (27 / 3 + 2 * 4 * 6 * 3 + 2 * 4 * 9)
            new StageCost(Stage.BUILD_EXPERTS, 45, 45 * (544 + 144) + 6 * 225),
            new StageCost(Stage.REASSEMBLE, 0, 0),
            new StageCost(Stage.TRAIN_ROUTER, 30, 30 * (1552 + 624)),
            new StageCost(Stage.TRAIN_EXPERTS, 60, 60 * (1672 + 624)),
            new StageCost(Stage.EVALUATE, 4 * 36, 36 * (624 + 3 * 528)),
            new StageCost(Stage.EXPORT, 0, 0));
  }

  @Test
  @DisplayName("leaves out stages that have nothing to do")
  void untrained() {
    PlanInput untrained = new PlanInput(2, 5, 3, 0, 0, 0, 6, 3, 0, 0);
    RunCost cost = RunCost.of(MOE, untrained, Compensation.NONE, LORA, false);
    assertThat(cost.stages())
        .extracting(StageCost::stage)
        .containsExactly(
            Stage.INSPECT,
            Stage.TOKENIZE,
            Stage.BUILD_EXPERTS,
            Stage.REASSEMBLE,
            Stage.EVALUATE,
            Stage.EXPORT);
    assertThat(cost.flops()).isEqualTo(15 * 544 + 36 * (624 + 528)); // one sample of all data sets
    assertThat(RunCost.of(MOE, untrained, Compensation.FOLD, LORA, false).stages())
        .contains(new StageCost(Stage.BUILD_EXPERTS, 15, 15 * (2 * 544 + 144) + 6 * 225));
  }

  @Test
  @DisplayName("of a fitted router is the sample's, pass by pass")
  void fitted() {
    PlanInput tokens = new PlanInput(2, 5, 3, 0, 5, 0, 6, 3, 0, 60);
    StageCost fit = RunCost.of(MOE, tokens, Compensation.FOLD, LORA, false).stages().get(2);
    // a token and layer: second moments 2 * 6 * 6, dense FFN 2 * 72 twice, experts 2 * 9 * 4;
    // a layer: solves 3 * 225, router 300 * 16,384 * 4 * 3 * 4
    double pass = 2 * (15 * (72 + 288 + 72) + 675 + 4_915_200.0 * 48);
    assertThat(fit).isEqualTo(new StageCost(Stage.BUILD_EXPERTS, 15, 15 * 544 + 5 * pass));
  }

  @Test
  @DisplayName("of fitted experts has the dense layers again, the steps and a judgement of all")
  void fittedExperts() {
    PlanInput cut = new PlanInput(2, 5, 3, 0, 5, 0, 6, 3, 0, 60);
    PlanInput fitted = new PlanInput(2, 5, 3, 0, 5, 10, 6, 3, 0, 60);
    double more =
        RunCost.of(MOE, fitted, Compensation.FOLD, LORA, false).flops()
            - RunCost.of(MOE, cut, Compensation.FOLD, LORA, false).flops();
    // an expert 6 * 4 * 3 a token: three times in a step, each of 3 once; the router once more
    double layer = 10 * 16_384.0 * 72 * 3 + 15 * 72 * 3 + 4_915_200.0 * 48;
    assertThat(more).isEqualTo(15 * 544 + 2 * layer);
  }

  @Test
  @DisplayName("in seconds is FLOPs over the measured speed")
  void seconds() {
    StageCost cost = new StageCost(Stage.CALIBRATE, 30, 3e15);
    assertThat(cost.seconds(2e14)).isEqualTo(15);
    assertThat(RunCost.of(MOE, INPUT, Compensation.NONE, LORA, false).seconds(1))
        .isEqualTo(RunCost.of(MOE, INPUT, Compensation.NONE, LORA, false).flops());
    assertThatThrownBy(() -> cost.seconds(0))
        .hasMessage("flops per second: 0.0; it must be above 0, measure the device first");
  }

  @Test
  @DisplayName("on disk is tokens, statistics, experts, trained weights, checkpoints and export")
  void disk() {
    DiskPlan fold = DiskPlan.of(MOE, INPUT, Compensation.FOLD, TrainedWeights.lora(2), 2);
    assertThat(fold)
        .isEqualTo(
            new DiskPlan(
                180 * 4,
                2 * 2 * 8 * (1 + 2 * 6),
                6 * (3 * 4 + 4 * 3 * 4),
                (24 + 296) * 4,
                12 * (24 + 3 * 296),
                436 * 2));
    assertThat(fold.totalBytes()).isEqualTo(720 + 416 + 360 + 1280 + 10944 + 872);
  }

  @Test
  @DisplayName("on disk has no export where no stock format holds the bias")
  void biasDisk() {
    DiskPlan bias = DiskPlan.of(MOE, INPUT, Compensation.BIAS, TrainedWeights.full(), 2);
    assertThat(bias.expertBytes()).isEqualTo(6 * (3 * 4 + 4 * 4));
    assertThat(bias.exportBytes()).isZero();
  }
}
