package dev.shoal.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.models.checkpoint.CheckpointReader;
import dev.shoal.models.checkpoint.SafetensorsFile;
import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.engine.Device;
import dev.shoal.models.export.ExportVerification;
import dev.shoal.models.export.SparseCheckpoint;
import dev.shoal.models.export.SparseExport;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.llama.TinyModels;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.MoeSettings;
import dev.shoal.models.moe.MoeWeights;
import dev.shoal.models.moe.TinyMoe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Every family")
class FamilyParityTest {

  private static final Path FIXTURES = Path.of("src/test/resources/pico-families");
  private static final int PROMPT = 16;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama",
        "llama-linear",
        "llama-llama3",
        "mistral",
        "qwen2",
        "qwen3",
        "mixtral",
        "qwen2_moe",
        "qwen3_moe"
      })
  @DisplayName("gives the logits of transformers at positions 0 to 999, and its 64 greedy tokens")
  void parity(String name) {
    Path fixture = FIXTURES.resolve(name);
    try (LanguageModel model = load(fixture);
        SafetensorsFile reference =
            SafetensorsFile.open(fixture.resolve("reference.safetensors"))) {
      int[] ids = reference.ints("ids");
      float[] logits = model.logits(ids);
      int[] positions = reference.ints("positions");
      float[] wanted = reference.floats("logits");
      int v = model.config().vocabSize();
      for (int i = 0; i < positions.length; i++) {
        int at = positions[i] * v;
        assertThat(Arrays.copyOfRange(logits, at, at + v))
            .as("position %d", positions[i])
            .containsExactly(Arrays.copyOfRange(wanted, i * v, (i + 1) * v), within(1e-4f));
      }
      assertThat(greedy(model, Arrays.copyOf(ids, PROMPT), 64)).isEqualTo(reference.ints("greedy"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mixtral", "qwen2_moe", "qwen3_moe"})
  @DisplayName("is exported with the tensors and the configuration transformers itself would write")
  void export(String name) throws IOException {
    Path fixture = FIXTURES.resolve(name);
    try (MoeWeights weights = SparseCheckpoint.open(fixture)) {
      SparseExport.write(weights, fixture, folder, TensorDtype.BF16, Progress.NONE);
      assertThat(ExportVerification.verify(weights, folder, TensorDtype.BF16)).isZero();
    }
    try (CheckpointReader theirs = CheckpointReader.open(fixture);
        CheckpointReader ours = CheckpointReader.open(folder)) {
      assertThat(ours.names()).isEqualTo(theirs.names());
      for (String tensor : ours.names()) {
        assertThat(ours.bytes(tensor)).as(tensor).isEqualTo(theirs.bytes(tensor));
      }
    }
    JsonNode written = json(folder);
    json(fixture)
        .properties()
        .forEach(
            field -> {
              if (written.hasNonNull(field.getKey())
                  && !field.getValue().isNull()
                  && !CHOSEN.contains(field.getKey())) {
                assertThat(written.get(field.getKey()))
                    .as(field.getKey())
                    .isEqualTo(field.getValue());
              }
            });
  }

  /** Fields that change nothing, of which ours are others. */
  private static final List<String> CHOSEN =
      List.of("initializer_range", "router_aux_loss_coef", "max_window_layers", "sliding_window");

  @ParameterizedTest
  @ValueSource(strings = {"llama-llama3", "mistral", "qwen2", "qwen3"})
  @DisplayName("makes a mixture whose export holds the same model")
  void reconstruct(String name) {
    Path dense = FIXTURES.resolve(name);
    Path experts = folder.resolve("experts");
    TinyMoe.write(TinyMoe.kept(3, 24, 5), experts);
    MoeSettings settings = new MoeSettings(3, 1, 7);
    Path out = folder.resolve("out");
    try (MoeModel model = MoeModel.load(dense, experts, settings, Optional.empty(), Device.cpu());
        MoeWeights weights = MoeWeights.open(dense, experts, settings, Optional.empty())) {
      SparseExport.write(weights, dense, out, TensorDtype.F32, Progress.NONE);
      try (MoeModel loaded = SparseCheckpoint.load(out, Device.cpu())) {
        int[] ids = TinyModels.windows(1, 40, 3)[0];
        assertThat(loaded.logits(ids)).isEqualTo(model.logits(ids));
      }
    }
  }

  private static LanguageModel load(Path fixture) {
    return SparseCheckpoint.isOne(fixture)
        ? SparseCheckpoint.load(fixture, Device.cpu())
        : DenseModel.load(fixture, Device.cpu());
  }

  private static int[] greedy(LanguageModel model, int[] prompt, int tokens) {
    int[] ids = prompt;
    for (int i = 0; i < tokens; i++) {
      float[] logits = model.logits(ids);
      int v = model.config().vocabSize();
      int best = 0;
      for (int id = 1; id < v; id++) {
        if (logits[logits.length - v + id] > logits[logits.length - v + best]) {
          best = id;
        }
      }
      ids = Arrays.copyOf(ids, ids.length + 1);
      ids[ids.length - 1] = best;
    }
    return Arrays.copyOfRange(ids, prompt.length, ids.length);
  }

  private static JsonNode json(Path folder) throws IOException {
    return new ObjectMapper().readTree(Files.readString(folder.resolve("config.json")));
  }
}
