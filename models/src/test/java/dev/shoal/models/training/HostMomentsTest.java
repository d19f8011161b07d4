package dev.shoal.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.models.engine.Device;
import dev.shoal.models.llama.TinyModels;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.TinyMoe;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Moments on the host")
class HostMomentsTest {

  private static final int STEPS = 5;

  @ParameterizedTest(name = "weight decay {0}")
  @ValueSource(doubles = {0, 0.1})
  @DisplayName("lead to the same weights, bit for bit")
  void same(double weightDecay) {
    List<float[]> expected = trained(weightDecay, false);
    List<float[]> found = trained(weightDecay, true);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(found.get(i)).containsExactly(expected.get(i));
    }
  }

  private static List<float[]> trained(double weightDecay, boolean momentsOnHost) {
    TrainingSettings published = TrainingSettings.of(STEPS, LearningRate.constant(1e-2), 2);
    TrainingSettings settings =
        new TrainingSettings(
            STEPS,
            published.learningRate(),
            weightDecay,
            published.maxGradientNorm(),
            Distillation.NONE,
            RouterLosses.NONE,
            published.temperature(),
            published.lora(),
            published.seed(),
            new TrainingSettings.Memory(4096, 2, momentsOnHost),
            false);
    TrainingStage stage = TrainingStage.EXPERTS_FULL;
    try (MoeModel model = TinyMoe.different(4, 2, Device.cpu());
        TrainingLoop loop =
            new TrainingLoop(
                model,
                stage,
                settings,
                step -> TinyModels.windows(4, 12, step),
                Optional.empty())) {
      for (int i = 0; i < STEPS; i++) {
        loop.advance();
      }
      return Trainables.of(model, stage).names().stream()
          .map(name -> model.kernels().download(model.array(name)))
          .toList();
    }
  }
}
