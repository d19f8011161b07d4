package dev.shoal.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.shoal.models.Progress;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.TinyModels;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.MoeTensor;
import dev.shoal.models.moe.TinyMoe;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Losses on what routers do")
class RouterLossesTest {

  /** Four tokens' probabilities of two experts; their means are 9/16 and 7/16. */
  private static final double[][] PROBABILITIES = {
    {0.75, 0.25}, {0.75, 0.25}, {0.25, 0.75}, {0.5, 0.5}
  };

  /** Logarithms of what their exponentials sum to. */
  private static final double[] LOG_SUMS = {1, 2, 3, 0};

  @ParameterizedTest(name = "{0} experts a token, temperature {1}")
  @CsvSource({"1, 0, 1.0625", "1, 1, 1.0625", "2, 0, 1"})
  @DisplayName("are these of four tokens for two experts, of two data sets")
  void byHand(int perToken, double temperature, double loadBalance) {
    // Shares of slots 3/4 and 1/4, the first of equals first; with two a token 1/2 and 1/2.
    assertThat(2 * (0.75 * 9 / 16 + 0.25 * 7 / 16)).isEqualTo(1.0625);
    double cvSquared = Math.pow((9.0 / 16 - 0.5) / 0.5, 2);
    double routerZ = (1 + 4 + 9 + 0) / 4.0;
    // Means of the data sets: (3/4, 1/4) and (3/8, 5/8).
    double information =
        (0.75 * Math.log(0.75 * 16 / 9) + 0.25 * Math.log(0.25 * 16 / 7)) / 2
            + (0.375 * Math.log(0.375 * 16 / 9) + 0.625 * Math.log(0.625 * 16 / 7)) / 2;
    double[] found =
        losses(new RouterLosses(1, 1, 1, 1), perToken, temperature, new int[][] {{1, 0}, {0, 1}});
    assertThat(found)
        .containsExactly(
            new double[] {loadBalance, cvSquared, routerZ, -information}, within(1e-12));
  }

  @Test
  @DisplayName("of weight 0 are not computed, and nothing is known of one data set")
  void leftOut() {
    assertThat(losses(new RouterLosses(0, 0, 2, 0), 1, 0, new int[][] {{1, 0}, {0, 1}}))
        .containsExactly(new double[] {0, 0, 3.5, 0}, within(1e-12));
    assertThat(losses(new RouterLosses(0, 0, 0, 2), 1, 0, new int[][] {{0, 1}, {0, 1}}))
        .containsExactly(new double[] {0, 0, 0, 0}, within(1e-12));
  }

  private static double[] losses(
      RouterLosses weights, int perToken, double temperature, int[][] dataSets) {
    double[][] logits = new double[4][2];
    for (int n = 0; n < 4; n++) {
      for (int e = 0; e < 2; e++) {
        logits[n][e] = Math.log(PROBABILITIES[n][e]) + LOG_SUMS[n];
      }
    }
    try (DenseModel model = TinyModels.dense(1, TinyModels.DOUBLE);
        KernelModule kernels = BackwardPass.kernels(model);
        NDManager scope = model.manager().newSubManager()) {
      NDArray sums = scope.zeros(new Shape(4), DataType.FLOAT64);
      NDList routing =
          new NDList(
              scope.create((long) perToken),
              scope.create(temperature),
              scope.create(0.0),
              scope.create(0L),
              scope.create(weights.numbers(1)),
              sums,
              model.ids(scope, dataSets));
      kernels.call(
          scope, "router_losses", new KernelArguments().add(scope.create(logits)).add(routing));
      return sums.toDoubleArray();
    }
  }

  @ParameterizedTest(name = "{0}, {1} experts a token")
  @CsvSource({
    "load_balance_loss, 1",
    "load_balance_loss, 2",
    "cv_squared_loss, 1",
    "router_z_loss, 1",
    "mutual_information_loss, 1"
  })
  @DisplayName("fall when experts are trained with them, also where one is active")
  void fall(String name, int perToken) {
    double[] weights = new double[4];
    weights[
            Map.of(
                    "load_balance_loss", 0,
                    "cv_squared_loss", 1,
                    "router_z_loss", 2,
                    "mutual_information_loss", 3)
                .get(name)] =
        1;
    RouterLosses losses = new RouterLosses(weights[0], weights[1], weights[2], weights[3]);
    try (MoeModel model = TinyMoe.different(4, perToken, Device.cpu());
        TrainingLoop loop = loop(model, losses)) {
      StepResult first = loop.advance();
      assertThat(first.routerLosses()).containsOnlyKeys(name);
      assertThat(first.loss())
          .isCloseTo(first.crossEntropy() + first.routerLosses().get(name), within(1e-9));
      double after = 0;
      while (loop.step() < loop.totalSteps()) {
        after = loop.advance().routerLosses().get(name);
      }
      assertThat(after).isLessThan(first.routerLosses().get(name) - 1e-3);
    }
  }

  @Test
  @DisplayName("of balance spread tokens that all went to one expert")
  void spreads() {
    try (MoeModel model = TinyMoe.different(4, 1, Device.cpu())) {
      for (int l = 0; l < 2; l++) { // equals go to the first
        model.replace(MoeTensor.ROUTER.tensorName(l), new float[4 * 32], 4, 32);
      }
      assertThat(busiest(model)).isEqualTo(1);
      try (TrainingLoop loop = loop(model, new RouterLosses(1, 0, 0, 0))) {
        while (loop.step() < loop.totalSteps()) {
          loop.advance();
        }
      }
      assertThat(busiest(model)).isLessThan(0.5);
    }
  }

  @Test
  @DisplayName("alone move the router where one expert is active")
  void oneActive() {
    try (MoeModel plain = TinyMoe.different(4, 1, Device.cpu());
        MoeModel balanced = TinyMoe.different(4, 1, Device.cpu());
        TrainingLoop without = loop(plain, RouterLosses.NONE);
        TrainingLoop with = loop(balanced, new RouterLosses(1, 0, 0, 0))) {
      float[] before = router(plain);
      StepResult first = without.advance();
      with.advance();
      assertThat(first.routerLosses()).isEmpty();
      assertThat(first.loss()).isEqualTo(first.crossEntropy());
      assertThat(router(plain)).containsExactly(before);
      assertThat(router(balanced)).isNotEqualTo(before);
    }
  }

  @Test
  @DisplayName("must have weights and a router")
  void refuses() {
    assertThatThrownBy(() -> new RouterLosses(0, -1, Double.NaN, 0))
        .hasMessage(
            "losses of the router have weights 0.0, -1.0, NaN and 0.0; give finite numbers that are not negative");
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      TrainingSettings settings = settings(new RouterLosses(1, 0, 0, 0));
      assertThatThrownBy(
              () ->
                  new TrainingLoop(
                      model, TrainingStage.DENSE, settings, new Mixed(), Optional.empty()))
          .hasMessage(
              "stage DENSE has losses of the router, which a dense model does not have; use RouterLosses.NONE");
    }
  }

  /** Windows of two data sets in turn that use other tokens. */
  private static final class Mixed implements Batches {

    @Override
    public int[][] batch(long step) {
      int[][] windows = TinyModels.windows(4, 12, 1000 + step);
      for (int i = 0; i < windows.length; i++) {
        int half = 48 * (i % 2);
        windows[i] = Arrays.stream(windows[i]).map(id -> id % 48 + half).toArray();
      }
      return windows;
    }

    @Override
    public int[] dataSets(long step, int windows) {
      return new int[] {0, 1, 0, 1};
    }
  }

  private static TrainingSettings settings(RouterLosses losses) {
    return TrainingSettings.of(30, LearningRate.constant(1e-2), 1).with(losses);
  }

  private static TrainingLoop loop(MoeModel model, RouterLosses losses) {
    return new TrainingLoop(
        model, TrainingStage.EXPERTS, settings(losses), new Mixed(), Optional.empty());
  }

  /** Share of the tokens of the expert that has most, in the layer where it has most. */
  private static double busiest(MoeModel model) {
    List<int[]> windows = Arrays.asList(new Mixed().batch(-1));
    return model.evaluate(windows, Progress.NONE).use().stream()
        .mapToDouble(layer -> Collections.max(layer) / 48.0)
        .max()
        .orElseThrow();
  }

  private static float[] router(MoeModel model) {
    return router(model, 0);
  }

  private static float[] router(MoeModel model, int layer) {
    return model.kernels().download(model.array(MoeTensor.ROUTER.tensorName(layer)));
  }
}
