package dev.shoal.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Precision;
import dev.shoal.models.evaluation.Nll;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.llama.LlamaCheckpoint;
import dev.shoal.models.llama.TinyModels;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.MoeSettings;
import dev.shoal.models.moe.TinyMoe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A mixture beside its teacher")
class BesideTeacherTest {

  private static final Path DENSE = Path.of("src/test/resources/pico-llama");
  private static final MoeSettings MOE = new MoeSettings(4, 2, 11);
  private static final int[][] WINDOWS = TinyModels.windows(3, 12, 5);
  private static final TrainingSettings SETTINGS =
      TrainingSettings.of(3, LearningRate.constant(1e-2), 2)
          .with(new Distillation(1, 2))
          .with(new TrainingSettings.Memory(24, 1));

  @TempDir private Path folder;

  @BeforeEach
  void experts() {
    TinyMoe.write(TinyMoe.kept(4, 20, 7), folder);
  }

  @ParameterizedTest
  @CsvSource({
    "ROUTER, FLOAT32",
    "EXPERTS, FLOAT32",
    "EXPERTS_FULL, FLOAT32",
    "ROUTER, BFLOAT16",
    "EXPERTS, BFLOAT16"
  })
  @DisplayName("trains bit for bit as alone, and leaves the teacher what they share as it was")
  void same(TrainingStage stage, Precision precision) {
    Device device = new Device("cpu", precision);
    try (DenseModel teacher = DenseModel.load(DENSE, device)) {
      List<Nll> taught = teacher.nll(WINDOWS);
      List<StepResult> alone;
      List<Nll> expected;
      try (MoeModel model = MoeModel.load(DENSE, folder, MOE, Optional.empty(), device)) {
        alone = train(model, teacher, stage);
        expected = model.nll(WINDOWS);
      }
      try (MoeModel model = MoeModel.loadBeside(teacher, DENSE, folder, MOE, Optional.empty())) {
        assertThat(model.sharesWith(teacher)).isTrue();
        assertThat(train(model, teacher, stage)).isEqualTo(alone);
        assertThat(model.nll(WINDOWS)).isEqualTo(expected);
      }
      assertThat(teacher.nll(WINDOWS)).isEqualTo(taught);
    }
  }

  private static List<StepResult> train(MoeModel model, DenseModel teacher, TrainingStage stage) {
    Batches batches = step -> TinyModels.windows(4, 12, 100 + step);
    try (TrainingLoop loop =
        new TrainingLoop(model, stage, SETTINGS, batches, Optional.of(teacher))) {
      while (loop.step() < loop.totalSteps()) {
        loop.advance();
      }
      return loop.tail();
    }
  }

  @Test
  @DisplayName("has attention, embedding and head in memory once, and norms of its own")
  void once() {
    try (DenseModel teacher = DenseModel.load(DENSE, Device.cpu());
        MoeModel model = MoeModel.loadBeside(teacher, DENSE, folder, MOE, Optional.empty())) {
      List<String> names = new ArrayList<>(List.of(DenseTensor.EMBEDDING, DenseTensor.HEAD));
      names.add(DenseTensor.FINAL_NORM);
      LlamaCheckpoint.shapes(model.config()).keySet().stream()
          .filter(name -> name.contains("layers.1.") && !name.contains("mlp"))
          .forEach(names::add);
      assertThat(names).hasSize(3 + 6);
      for (String name : names) {
        teacher.array(name).muli(2); // in place
        boolean follows = Arrays.equals(values(model, name), values(teacher, name));
        assertThat(follows).as(name).isEqualTo(!name.contains("norm"));
      }
    }
  }

  private static float[] values(LanguageModel model, String name) {
    return model.kernels().download(model.array(name));
  }
}
