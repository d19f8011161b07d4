package dev.shoal.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.config.Family;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.llama.TinyModels;
import dev.shoal.models.moe.Lora;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.TinyMoe;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Gradients")
class GradientTest {

  static final int[][] WINDOWS = TinyModels.windows(3, 9, 2);
  private static final Distillation TEACHING = new Distillation(0.7, 2);
  private static final RouterLosses BALANCING = new RouterLosses(0.3, 0.2, 0.1, 0.4);

  @ParameterizedTest(name = "{0}, tied {1}, taught {2}")
  @CsvSource({
    "LLAMA, true, false",
    "LLAMA, false, true",
    "QWEN2, false, false",
    "QWEN3, true, false"
  })
  @DisplayName("of every weight of a dense model are those of finite differences")
  void dense(Family family, boolean tied, boolean taught) {
    LlamaConfig config = TinyModels.config(family, tied);
    try (DenseModel teacher = TinyModels.dense(3, TinyModels.DOUBLE);
        DenseModel model = DenseModel.of(config, TinyModels.weights(1), TinyModels.DOUBLE)) {
      check(model, TrainingStage.DENSE, taught ? Optional.of(teacher) : Optional.empty());
    }
  }

  @ParameterizedTest(name = "{0}, K {1}, taught {2}")
  @CsvSource({
    "LLAMA, 1, true",
    "LLAMA, 2, true",
    "LLAMA, 2, false",
    "QWEN2, 1, false",
    "QWEN3, 2, false"
  })
  @DisplayName("of adapters, norms and routers are those of finite differences")
  void experts(Family family, int perToken, boolean taught) {
    try (DenseModel teacher = TinyModels.dense(3, TinyModels.DOUBLE);
        MoeModel model = TinyMoe.different(family, 4, perToken, TinyModels.DOUBLE)) {
      TinyMoe.stir(model, new Lora(2, 3), 5);
      check(model, TrainingStage.EXPERTS, taught ? Optional.of(teacher) : Optional.empty());
    }
  }

  @ParameterizedTest(name = "K {0}")
  @ValueSource(ints = {1, 2})
  @DisplayName("of all weights of the experts are those of finite differences")
  void fullExperts(int perToken) {
    try (MoeModel model = TinyMoe.different(4, perToken, TinyModels.DOUBLE)) {
      check(model, TrainingStage.EXPERTS_FULL, Optional.empty());
    }
  }

  @ParameterizedTest(name = "{0}, K {1}")
  @CsvSource({"EXPERTS, 1", "EXPERTS, 2", "EXPERTS_FULL, 1"})
  @DisplayName("of losses on what routers do are those of finite differences, in expert stages")
  void losses(TrainingStage stage, int perToken) {
    try (MoeModel model = TinyMoe.different(4, perToken, TinyModels.DOUBLE)) {
      if (stage == TrainingStage.EXPERTS) {
        TinyMoe.stir(model, new Lora(2, 3), 5);
      }
      check(model, stage, settings(1).with(BALANCING), Optional.empty());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ALL", "NOTHING"})
  @DisplayName("of losses on what routers do are those of finite differences, in the router stage")
  void routerLosses(Sharing sharing) {
    try (MoeModel model = TinyMoe.different(4, 2, TinyModels.DOUBLE)) {
      if (sharing == Sharing.NOTHING) {
        TinyMoe.stir(model, new Lora(2, 3), 5);
      }
      check(model, TrainingStage.ROUTER, settings(1).with(BALANCING), Optional.empty());
    }
  }

  /** What the experts have in common decides which kernel weighs them. */
  private enum Sharing {
    /** Gate, up and down. */
    ALL,
    /** As before, and each expert has a bias. */
    ALL_WITH_BIAS,
    /** Gate and up, where down projections were folded. */
    GATE_AND_UP,
    /** Nothing, once they have adapters. */
    NOTHING
  }

  @ParameterizedTest
  @EnumSource(Sharing.class)
  @DisplayName("of routers that weigh every expert are those of finite differences")
  void routers(Sharing sharing) {
    float[][][] bias = new float[4][2][32];
    for (int e = 0; e < 4; e++) {
      Arrays.fill(bias[e][1], 0.2f * e);
    }
    boolean biased = sharing == Sharing.ALL_WITH_BIAS;
    try (DenseModel teacher = TinyModels.dense(3, TinyModels.DOUBLE);
        MoeModel model =
            TinyMoe.model(TinyMoe.kept(4, 20, 7), biased ? bias : null, 1, TinyModels.DOUBLE)) {
      switch (sharing) {
        case ALL, ALL_WITH_BIAS -> {}
        case GATE_AND_UP -> TinyMoe.bendDown(model);
        case NOTHING -> TinyMoe.stir(model, new Lora(2, 3), 5);
      }
      check(model, TrainingStage.ROUTER, Optional.of(teacher));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 3", "2, 1", "1, 1", "1, 2"})
  @DisplayName("do not depend on the length of segments or the size of micro-batches")
  void parts(int segmentLayers, int windowsAtOnce) {
    try (MoeModel model = TinyMoe.different(4, 2, TinyModels.DOUBLE)) {
      TinyMoe.stir(model, new Lora(2, 3), 5);
      try (GradientPass whole =
              new GradientPass(model, TrainingStage.EXPERTS, settings(2), Optional.empty());
          GradientPass parts =
              new GradientPass(
                  model, TrainingStage.EXPERTS, settings(segmentLayers), Optional.empty())) {
        double[] expected = whole.run(3);
        double[] found = parts.run(windowsAtOnce);
        assertThat(found[0]).isCloseTo(expected[0], within(1e-10));
        for (String name : whole.trainables().names()) {
          // Rounded to float32 on the way out.
          assertThat(parts.gradient(name)).containsExactly(whole.gradient(name), within(1e-6f));
        }
      }
    }
  }

  @Test
  @DisplayName("do not depend on how many tokens the head takes at a time")
  void chunks() {
    assertThat(headLoss(1)).containsExactly(headLoss(24), within(1e-9));
    assertThat(headLoss(5)).containsExactly(headLoss(24), within(1e-9));
  }

  private static TrainingSettings settings(int segmentLayers) {
    TrainingSettings settings = TrainingSettings.of(10, LearningRate.constant(1e-3), 2);
    return settings.with(new TrainingSettings.Memory(64, segmentLayers));
  }

  private static void check(
      LanguageModel model, TrainingStage stage, Optional<DenseModel> teacher) {
    check(
        model,
        stage,
        settings(1).with(teacher.isPresent() ? TEACHING : Distillation.NONE),
        teacher);
  }

  private static void check(
      LanguageModel model,
      TrainingStage stage,
      TrainingSettings settings,
      Optional<DenseModel> teacher) {
    try (GradientPass pass = new GradientPass(model, stage, settings, teacher)) {
      pass.run(3);
      for (String name : pass.trainables().names()) {
        float[] gradient = pass.gradient(name);
        checkAlong(pass, name, steepest(gradient));
        checkAlong(pass, name, anyDirection(gradient.length, name.hashCode()));
      }
    }
  }

  /** The gradient times a direction of length 1 is the slope of the loss along it. */
  private static void checkAlong(GradientPass pass, String name, double[] direction) {
    float[] gradient = pass.gradient(name);
    double expected = 0;
    for (int i = 0; i < direction.length; i++) {
      expected += gradient[i] * direction[i];
    }
    // Central differences of 1e-5 in fp64: truncation and cancellation stay below 1e-8.
    double slope =
        (pass.lossAlong(name, direction, 1e-5) - pass.lossAlong(name, direction, -1e-5)) / 2e-5;
    assertThat(expected).as(name).isCloseTo(slope, within(1e-7 + 1e-5 * Math.abs(slope)));
  }

  private static double[] steepest(float[] gradient) {
    int best = 0;
    for (int i = 1; i < gradient.length; i++) {
      best = Math.abs(gradient[i]) > Math.abs(gradient[best]) ? i : best;
    }
    double[] direction = new double[gradient.length];
    direction[best] = 1;
    return direction;
  }

  private static double[] anyDirection(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] direction = new double[size];
    double square = 0;
    for (int i = 0; i < size; i++) {
      direction[i] = random.nextGaussian();
      square += direction[i] * direction[i];
    }
    double length = Math.sqrt(square);
    return Arrays.stream(direction).map(x -> x / length).toArray();
  }

  /** Losses, gradient of states and of the head for a made-up head, as one flat array. */
  private static double[] headLoss(int chunk) {
    try (DenseModel model = TinyModels.dense(1, TinyModels.DOUBLE);
        KernelModule kernels =
            KernelModule.load(
                TinyModels.DOUBLE,
                DenseModel.KERNELS,
                MoeModel.KERNELS,
                new KernelModule.Fragment(TrainingLoop.class, "training.kernels"),
                new KernelModule.Fragment(GradientTest.class, "head.kernels"));
        NDManager scope = model.manager().newSubManager()) {
      NDArray x = model.forward(scope, WINDOWS);
      KernelArguments arguments =
          new KernelArguments()
              .add(x)
              .add(model.weights().head())
              .add(model.ids(scope, WINDOWS))
              .add(scope.create((long) chunk))
              .add(model.rope(9));
      return kernels.call(scope, "head_once", arguments).head().toDoubleArray();
    }
  }
}
