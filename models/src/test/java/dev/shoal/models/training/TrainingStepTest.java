package dev.shoal.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.shoal.models.checkpoint.SafetensorsFile;
import dev.shoal.models.engine.Device;
import dev.shoal.models.export.SparseCheckpoint;
import dev.shoal.models.moe.Lora;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.TrainedWeights;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fixture is written by {@code src/test/python/make_pico_step.py}. */
@DisplayName("One training step")
class TrainingStepTest {

  private static final Path MODEL = Path.of("src/test/resources/pico-mixtral");
  private static final Path STEP = Path.of("src/test/resources/pico-step");
  private static final TrainingSettings SETTINGS =
      new TrainingSettings(
          10,
          LearningRate.constant(1e-2),
          0.1,
          1,
          Distillation.NONE,
          RouterLosses.NONE,
          0.5,
          new Lora(2, 3),
          0,
          TrainingSettings.Memory.AMPLE,
          false);

  @TempDir private Path folder;

  @Test
  @DisplayName("of adapters, routers and norms is the step that transformers and torch take")
  void reference() {
    try (MoeModel model = SparseCheckpoint.load(MODEL, Device.cpu());
        SafetensorsFile reference = SafetensorsFile.open(STEP.resolve("reference.safetensors"))) {
      TrainedWeights.load(STEP).applyTo(model);
      int[][] windows = windows(reference.ints("ids"), 17);
      try (TrainingLoop loop =
          new TrainingLoop(
              model, TrainingStage.EXPERTS, SETTINGS, step -> windows, Optional.empty())) {
        StepResult result = loop.advance();
        // Both in float32; the loss is about 5, the norm about 2.
        assertThat(result.loss()).isCloseTo(reference.doubles("loss")[0], within(1e-5));
        assertThat(result.gradientNorm()).isCloseTo(reference.doubles("norm")[0], within(1e-5));
        loop.save(folder);
      }
      for (String name : Trainables.of(model, TrainingStage.EXPERTS).names()) {
        float[] after = model.kernels().download(model.array(name));
        // Weights reach 1.5; the step is 1e-2.
        assertThat(after)
            .as(name)
            .containsExactly(reference.floats("after." + name), within(2e-6f));
        assertGradient(name, reference.floats("gradient." + name));
      }
    }
  }

  /** The first moment after one step is a tenth of the clipped gradient. */
  private void assertGradient(String name, float[] expected) {
    try (SafetensorsFile state = SafetensorsFile.open(folder.resolve("state.safetensors"))) {
      float[] first = state.floats("first." + name);
      for (int i = 0; i < first.length; i++) {
        // Gradients reach 0.2.
        assertThat(10 * first[i]).as("%s[%d]", name, i).isCloseTo(expected[i], within(1e-6f));
      }
    }
  }

  private static int[][] windows(int[] ids, int length) {
    int[][] windows = new int[ids.length / length][length];
    for (int i = 0; i < ids.length; i++) {
      windows[i / length][i % length] = ids[i];
    }
    return windows;
  }
}
