package dev.shoal.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Precision;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.llama.TinyModels;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.MoeTensor;
import dev.shoal.models.moe.TinyMoe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The training loop")
class TrainingLoopTest {

  private static final Batches BATCHES = step -> TinyModels.windows(4, 12, 1000 + step);
  private static final TrainingSettings SETTINGS =
      TrainingSettings.of(5, new LearningRate(1e-2, true, 2), 2);

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(TrainingStage.class)
  @DisplayName("goes on bit for bit where a checkpoint left it")
  void resumes(TrainingStage stage) {
    List<StepResult> results = new ArrayList<>();
    List<float[]> straight;
    try (LanguageModel model = model(stage);
        TrainingLoop loop = loop(model, stage)) {
      while (loop.step() < loop.totalSteps()) {
        results.add(loop.advance());
      }
      straight = weights(model, stage);
    }
    try (LanguageModel model = model(stage);
        TrainingLoop loop = loop(model, stage)) {
      for (int i = 0; i < 3; i++) {
        loop.advance();
      }
      loop.save(folder);
    }
    try (LanguageModel model = model(stage);
        TrainingLoop loop = loop(model, stage)) {
      loop.restore(folder);
      assertThat(loop.step()).isEqualTo(3);
      loop.advance();
      loop.advance();
      assertThat(loop.tail()).isEqualTo(results);
      List<float[]> resumed = weights(model, stage);
      for (int i = 0; i < straight.size(); i++) {
        assertThat(resumed.get(i)).containsExactly(straight.get(i));
      }
    }
  }

  @Test
  @DisplayName("steps as AdamW does by hand, its gradient limited to norm 1")
  void adamw() {
    TrainingSettings settings =
        new TrainingSettings(
            2,
            LearningRate.constant(0.01),
            0.1,
            1,
            Distillation.NONE,
            RouterLosses.NONE,
            1,
            SETTINGS.lora(),
            0,
            SETTINGS.memory(),
            false);
    String name = DenseTensor.GATE.tensorName(1);
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      float[] before = model.values(1, DenseTensor.GATE);
      float[] norm = model.values(1, DenseTensor.FFN_NORM);
      try (TrainingLoop loop =
          new TrainingLoop(model, TrainingStage.DENSE, settings, BATCHES, Optional.empty())) {
        StepResult result = loop.advance();
        assertThat(result.gradientNorm()).isGreaterThan(1);
        loop.save(folder);
        double[] first = state("first." + name);
        double[] second = state("second." + name);
        float[] after = model.values(1, DenseTensor.GATE);
        for (int i = 0; i < after.length; i++) {
          double gradient = first[i] / 0.1;
          assertThat(second[i]).isCloseTo(0.001 * gradient * gradient, within(1e-10));
          double step = 0.01 * gradient / (Math.abs(gradient) + 1e-8);
          double expected = before[i] * (1 - 0.01 * 0.1) - step;
          // Weights are about 0.2 in float32; small gradients lose digits against epsilon.
          assertThat((double) after[i]).isCloseTo(expected, within(2e-6));
        }
        double[] normFirst = state("first." + DenseTensor.FFN_NORM.tensorName(1));
        float[] normAfter = model.values(1, DenseTensor.FFN_NORM);
        double expected = norm[0] - 0.01 * Math.signum(normFirst[0]); // no decay on vectors
        assertThat((double) normAfter[0]).isCloseTo(expected, within(1e-5));
      }
    }
  }

  @Test
  @DisplayName("learns a text it sees again and again")
  void learns() {
    int[][] text = TinyModels.windows(4, 16, 9);
    TrainingSettings settings = TrainingSettings.of(60, LearningRate.constant(1e-2), 1);
    try (DenseModel model = DenseModel.initialize(TinyModels.config(true), 3, Device.cpu());
        TrainingLoop loop =
            new TrainingLoop(
                model, TrainingStage.DENSE, settings, step -> text, Optional.empty())) {
      double before = loop.advance().loss();
      while (loop.step() < 60) {
        loop.advance();
      }
      assertThat(before).isCloseTo(Math.log(97), within(0.1));
      assertThat(loop.tail().get(59).loss()).isLessThan(0.5);
    }
  }

  @ParameterizedTest
  @EnumSource(TrainingStage.class)
  @DisplayName("keeps what it trains in float32 where a model computes in bfloat16")
  void bfloat16(TrainingStage stage) {
    Device half = new Device("cpu", Precision.BFLOAT16);
    try (LanguageModel full = model(stage, Device.cpu());
        LanguageModel model = model(stage, half);
        TrainingLoop loop = loop(model, stage)) {
      StepResult first = loop.advance();
      loop.advance();
      for (String name : Trainables.of(model, stage).names()) {
        assertThat(model.array(name).getDataType()).isEqualTo(DataType.FLOAT32);
      }
      if (stage != TrainingStage.ROUTER) { // which weighs every expert
        // bfloat16 has 8 bits; the loss is about 5
        assertThat(first.crossEntropy()).isCloseTo(mean(full), within(0.2));
      }
      assertThat(mean(model)).isFinite();
    }
  }

  @Test
  @DisplayName("finds no divergence from a teacher that is the model itself")
  void ownTeacher() {
    TrainingSettings settings = SETTINGS.with(new Distillation(1, 1));
    try (DenseModel teacher = TinyModels.dense(1, Device.cpu());
        MoeModel model = TinyMoe.model(TinyMoe.kept(2, 48, 0), null, 1, Device.cpu());
        TrainingLoop loop =
            new TrainingLoop(
                model, TrainingStage.EXPERTS, settings, BATCHES, Optional.of(teacher))) {
      StepResult result = loop.advance();
      assertThat(result.loss()).isCloseTo(result.crossEntropy(), within(1e-5));
    }
  }

  @Test
  @DisplayName("has the next step's text at hand, and that of the step it goes back to")
  void textAhead() {
    List<Long> asked = new ArrayList<>();
    Batches batches =
        step -> {
          asked.add(step);
          return BATCHES.batch(step);
        };
    try (MoeModel model = TinyMoe.different(4, 2, Device.cpu());
        TrainingLoop loop =
            new TrainingLoop(model, TrainingStage.EXPERTS, SETTINGS, batches, Optional.empty())) {
      loop.advance();
      assertThat(asked).containsExactly(0L, 1L);
      loop.save(folder);
      IntStream.range(0, 3).forEach(i -> loop.advance());
      List<StepResult> straight = loop.tail();
      assertThat(asked).containsExactly(0L, 1L, 2L, 3L, 4L);
      loop.restore(folder);
      IntStream.range(0, 3).forEach(i -> loop.advance());
      assertThat(loop.tail()).isEqualTo(straight);
      loop.advance();
      assertThat(asked).containsExactly(0L, 1L, 2L, 3L, 4L, 1L, 2L, 3L, 4L); // and none after
    }
  }

  @Test
  @DisplayName("leaves no arrays behind between steps")
  void leaks() {
    try (MoeModel model = TinyMoe.different(4, 2, Device.cpu());
        TrainingLoop loop = loop(model, TrainingStage.EXPERTS)) {
      loop.advance();
      int arrays = model.manager().getManagedArrays().size();
      for (int i = 0; i < 4; i++) {
        loop.advance();
      }
      assertThat(model.manager().getManagedArrays()).hasSize(arrays);
    }
  }

  @Test
  @DisplayName("stops where the loss is no number, with the weights as they were")
  void diverges() {
    try (MoeModel model = TinyMoe.different(4, 2, Device.cpu());
        TrainingLoop loop = loop(model, TrainingStage.ROUTER)) {
      loop.advance();
      String router = MoeTensor.ROUTER.tensorName(0);
      float[] before = model.kernels().download(model.array(MoeTensor.ROUTER.tensorName(1)));
      float[] broken = new float[4 * 32];
      broken[0] = Float.NaN;
      model.replace(router, broken, 4, 32);
      assertThatThrownBy(loop::advance)
          .isInstanceOf(DivergedException.class)
          .hasMessageMatching(
              "training diverged in step 1: loss NaN, gradient norm NaN; go back to a checkpoint and use a lower learning rate");
      assertThat(model.kernels().download(model.array(MoeTensor.ROUTER.tensorName(1))))
          .containsExactly(before);
    }
  }

  @Test
  @DisplayName("refuses a stage the model does not have and a lesson without a teacher")
  void refuses() {
    try (MoeModel model = TinyMoe.different(4, 2, Device.cpu())) {
      assertThatThrownBy(() -> loop(model, TrainingStage.DENSE))
          .hasMessage(
              "stage DENSE does not fit a sparse model; DENSE trains dense models, ROUTER and EXPERTS sparse ones");
      TrainingSettings taught = SETTINGS.with(new Distillation(1, 1));
      assertThatThrownBy(
              () ->
                  new TrainingLoop(model, TrainingStage.ROUTER, taught, BATCHES, Optional.empty()))
          .hasMessage(
              "distillation has weight 1.0 but there is no teacher; give the dense source model or set the weight to 0");
    }
  }

  private static LanguageModel model(TrainingStage stage) {
    return model(stage, Device.cpu());
  }

  private static LanguageModel model(TrainingStage stage, Device device) {
    return stage == TrainingStage.DENSE
        ? DenseModel.initialize(TinyModels.config(false), 3, device)
        : TinyMoe.different(4, 2, device);
  }

  private static TrainingLoop loop(LanguageModel model, TrainingStage stage) {
    return new TrainingLoop(model, stage, SETTINGS, BATCHES, Optional.empty());
  }

  private static List<float[]> weights(LanguageModel model, TrainingStage stage) {
    return Trainables.of(model, stage).names().stream()
        .map(name -> model.kernels().download(model.array(name)))
        .toList();
  }

  private static double mean(LanguageModel model) {
    return model.nll(BATCHES.batch(0)).stream().mapToDouble(nll -> nll.sum()).sum() / 44;
  }

  private double[] state(String name) {
    try (var file =
        dev.shoal.models.checkpoint.SafetensorsFile.open(folder.resolve("state.safetensors"))) {
      return file.doubles(name);
    }
  }
}
