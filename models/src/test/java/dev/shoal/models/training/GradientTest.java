package dev.shoal.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.llama.TinyModels;
import dev.shoal.models.moe.Lora;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.MoeTensor;
import dev.shoal.models.moe.TinyMoe;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Gradients")
class GradientTest {

  private static final int[][] WINDOWS = TinyModels.windows(3, 9, 2);
  private static final Distillation TEACHING = new Distillation(0.7, 2);

  @ParameterizedTest
  @CsvSource({"true", "false"})
  @DisplayName("of every weight of a dense model are those of finite differences, tied or not")
  void dense(boolean tied) {
    try (DenseModel model =
        DenseModel.of(TinyModels.config(tied), TinyModels.weights(1), TinyModels.DOUBLE)) {
      check(model, TrainingStage.DENSE, Distillation.NONE, Optional.empty());
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "2"})
  @DisplayName("of adapters, norms and routers are those of finite differences, with a teacher")
  void experts(int perToken) {
    try (DenseModel teacher = TinyModels.dense(3, TinyModels.DOUBLE);
        MoeModel model = TinyMoe.different(4, perToken, TinyModels.DOUBLE)) {
      TinyMoe.stir(model, new Lora(2, 3), 5);
      check(model, TrainingStage.EXPERTS, TEACHING, Optional.of(teacher));
    }
  }

  @Test
  @DisplayName("of routers that weigh every expert are those of finite differences")
  void routers() {
    try (MoeModel model = TinyMoe.different(4, 1, TinyModels.DOUBLE)) {
      check(model, TrainingStage.ROUTER, Distillation.NONE, Optional.empty());
    }
  }

  @Test
  @DisplayName("of a router that picks one expert are exactly zero in the expert stage")
  void oneExpert() {
    try (MoeModel model = TinyMoe.different(4, 1, Device.cpu())) {
      TinyMoe.stir(model, new Lora(2, 3), 5);
      try (Pass pass = new Pass(model, TrainingStage.EXPERTS, settings(2), Optional.empty())) {
        pass.run(3);
        float[] router = pass.gradient(MoeTensor.ROUTER.tensorName(1));
        assertThat(router).containsOnly(0f);
        assertThat(pass.gradient(MoeTensor.GATE_A.tensorName(1)))
            .isNotEqualTo(new float[4 * 2 * 32]);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 3", "2, 1", "1, 1", "1, 2"})
  @DisplayName("do not depend on the length of segments or the size of micro-batches")
  void parts(int segmentLayers, int windowsAtOnce) {
    try (MoeModel model = TinyMoe.different(4, 2, TinyModels.DOUBLE)) {
      TinyMoe.stir(model, new Lora(2, 3), 5);
      try (Pass whole = new Pass(model, TrainingStage.EXPERTS, settings(2), Optional.empty());
          Pass parts =
              new Pass(model, TrainingStage.EXPERTS, settings(segmentLayers), Optional.empty())) {
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
      LanguageModel model,
      TrainingStage stage,
      Distillation distillation,
      Optional<DenseModel> teacher) {
    TrainingSettings settings = settings(1).with(distillation);
    try (Pass pass = new Pass(model, stage, settings, teacher)) {
      pass.run(3);
      for (String name : pass.trainables().names()) {
        float[] gradient = pass.gradient(name);
        for (int sample = 0; sample < 3; sample++) {
          int at = (gradient.length / 3) * sample + sample;
          // Central differences of 1e-5 in fp64: truncation and cancellation stay below 1e-8.
          double slope = (pass.lossAt(name, at, 1e-5) - pass.lossAt(name, at, -1e-5)) / 2e-5;
          assertThat((double) gradient[at])
              .as("%s[%d]", name, at)
              .isCloseTo(slope, within(1e-7 + 1e-5 * Math.abs(slope)));
        }
      }
    }
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

  /** One backward pass whose gradients can be looked at. */
  private static final class Pass implements AutoCloseable {

    private final LanguageModel model;
    private final TrainingSettings settings;
    private final KernelModule kernels;
    private final BackwardPass backward;
    private final NDManager scope;
    private NDList gradients;

    Pass(
        LanguageModel model,
        TrainingStage stage,
        TrainingSettings settings,
        Optional<DenseModel> teacher) {
      this.model = model;
      this.settings = settings;
      kernels =
          KernelModule.load(
              model.device(),
              DenseModel.KERNELS,
              MoeModel.KERNELS,
              new KernelModule.Fragment(TrainingLoop.class, "training.kernels"));
      scope = model.manager().newSubManager();
      backward = new BackwardPass(model, stage, settings, kernels, teacher, scope);
    }

    Trainables trainables() {
      return backward.trainables();
    }

    double[] run(int windowsAtOnce) {
      Gradients sums = new Gradients(kernels, scope, trainables().size());
      double[] losses = new double[2];
      for (int begin = 0; begin < WINDOWS.length; begin += windowsAtOnce) {
        int end = Math.min(WINDOWS.length, begin + windowsAtOnce);
        int[][] micro = java.util.Arrays.copyOfRange(WINDOWS, begin, end);
        double[] part = backward.run(sums, scope, micro, 1.0 / 24);
        losses[0] += part[0];
        losses[1] += part[1];
      }
      gradients = sums.all();
      return losses;
    }

    float[] gradient(String name) {
      return kernels.download(gradients.get(trainables().position(name)));
    }

    /** The loss with one weight moved. */
    double lossAt(String name, int at, double by) {
      NDArray weight = model.array(name);
      double before = weight.toDoubleArray()[at];
      set(weight, at, before + by);
      NDList kept = gradients;
      double[] losses = run(3);
      gradients = kept;
      set(weight, at, before);
      Distillation distillation = settings.distillation();
      double temperature = distillation.temperature();
      return (losses[0] + distillation.weight() * temperature * temperature * losses[1]) / 24;
    }

    private void set(NDArray weight, int at, double value) {
      KernelArguments arguments =
          new KernelArguments()
              .add(weight)
              .add(scope.create(new double[] {value}))
              .add(scope.create((long) at));
      kernels.call(scope, "store", arguments);
    }

    @Override
    public void close() {
      scope.close();
      kernels.close();
    }
  }
}
