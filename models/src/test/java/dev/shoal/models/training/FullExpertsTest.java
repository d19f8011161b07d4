package dev.shoal.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.models.Progress;
import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.engine.Device;
import dev.shoal.models.evaluation.Nll;
import dev.shoal.models.export.SparseCheckpoint;
import dev.shoal.models.export.SparseExport;
import dev.shoal.models.llama.TinyModels;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.MoeSettings;
import dev.shoal.models.moe.MoeTensor;
import dev.shoal.models.moe.MoeWeights;
import dev.shoal.models.moe.TinyMoe;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Experts trained in full")
class FullExpertsTest {

  private static final Path DENSE = Path.of("src/test/resources/pico-llama");
  private static final MoeSettings MOE = new MoeSettings(4, 2, 11);
  private static final int[][] WINDOWS = TinyModels.windows(3, 12, 5);

  @TempDir private Path folder;
  private Path experts;
  private Path trained;
  private List<Nll> expected;

  @BeforeEach
  void train() {
    experts = folder.resolve("experts");
    trained = folder.resolve("trained");
    TinyMoe.write(TinyMoe.kept(4, 20, 7), experts);
    TrainingSettings settings = TrainingSettings.of(3, LearningRate.constant(1e-2), 2);
    try (MoeModel model = load(Optional.empty());
        TrainingLoop loop =
            new TrainingLoop(
                model,
                TrainingStage.EXPERTS_FULL,
                settings,
                step -> TinyModels.windows(4, 12, step),
                Optional.empty())) {
      List<Nll> before = model.nll(WINDOWS);
      loop.advance();
      loop.advance();
      expected = model.nll(WINDOWS);
      assertThat(expected).isNotEqualTo(before);
      loop.writeDelta(trained);
    }
  }

  @Test
  @DisplayName("are the same model when they are written and applied again, and no cuts any more")
  void applied() {
    try (MoeModel model = load(Optional.of(trained))) {
      assertThat(model.nll(WINDOWS)).isEqualTo(expected);
      assertThat(model.sharedChannels(model.manager())).isEmpty();
    }
  }

  @Test
  @DisplayName("are what is exported")
  void exported() {
    Path out = folder.resolve("out");
    try (MoeModel model = load(Optional.of(trained));
        MoeWeights weights = MoeWeights.open(DENSE, experts, MOE, Optional.of(trained))) {
      for (MoeTensor tensor : List.of(MoeTensor.GATE, MoeTensor.UP, MoeTensor.DOWN)) {
        assertThat(weights.source().experts(1, tensor))
            .containsExactly(model.kernels().download(model.get(1, tensor)));
      }
      SparseExport.write(weights, DENSE, out, TensorDtype.F32, Progress.NONE);
    }
    try (MoeModel model = SparseCheckpoint.load(out, Device.cpu())) {
      assertThat(model.nll(WINDOWS)).isEqualTo(expected);
    }
  }

  private MoeModel load(Optional<Path> weights) {
    return MoeModel.load(DENSE, experts, MOE, weights, Device.cpu());
  }
}
