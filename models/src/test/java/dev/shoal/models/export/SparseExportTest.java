package dev.shoal.models.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.models.Progress;
import dev.shoal.models.checkpoint.CheckpointReader;
import dev.shoal.models.checkpoint.FolderManifest;
import dev.shoal.models.checkpoint.SafetensorsFile;
import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.engine.Device;
import dev.shoal.models.llama.TinyModels;
import dev.shoal.models.moe.Lora;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.MoeWeights;
import dev.shoal.models.moe.TinyMoe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The export")
class SparseExportTest {

  private static final List<int[]> WINDOWS = List.of(TinyModels.windows(2, 20, 3));

  @TempDir private Path folder;
  private Path dense;
  private Path out;

  @BeforeEach
  void denseFolder() throws IOException {
    dense = Files.createDirectory(folder.resolve("dense"));
    out = folder.resolve("out");
    Files.writeString(
        dense.resolve("config.json"), "{\"bos_token_id\": 1, \"eos_token_id\": [2, 3]}");
    Files.writeString(dense.resolve("tokenizer.json"), "{}");
  }

  @Test
  @DisplayName("holds the same model: logits agree after rounding to bfloat16")
  void verified() {
    try (MoeModel model = model()) {
      export(model, out);
      double difference = ExportVerification.verify(MoeWeights.of(model), out, TensorDtype.BF16);
      assertThat(difference).isLessThan(1e-5);
      try (MoeModel loaded = SparseCheckpoint.load(out, Device.cpu())) {
        // bfloat16 keeps 8 bits: another model than the one in float32, but not by far.
        assertThat(loaded.logits(WINDOWS.get(0)))
            .containsExactly(model.logits(WINDOWS.get(0)), within(0.5f))
            .isNotEqualTo(model.logits(WINDOWS.get(0)));
      }
    }
  }

  @Test
  @DisplayName("is the format that transformers computes with: its logits are ours")
  void parity() {
    Path pico = Path.of("src/test/resources/pico-mixtral");
    try (MoeModel model = SparseCheckpoint.load(pico, Device.cpu());
        SafetensorsFile reference = SafetensorsFile.open(pico.resolve("reference.safetensors"))) {
      // Both in float32 over 2 layers; logits reach 10.
      assertThat(model.logits(reference.ints("ids")))
          .containsExactly(reference.floats("logits"), within(5e-5f));
    }
  }

  @Test
  @DisplayName("notices weights that are not the model's")
  void damaged() {
    try (MoeModel model = model();
        MoeModel other = TinyMoe.different(4, 2, Device.cpu())) {
      export(other, out);
      assertThatThrownBy(
              () -> ExportVerification.verify(MoeWeights.of(model), out, TensorDtype.BF16))
          .hasMessageMatching(
              ".*out: logits differ from the model's by .*, expected at most 1.0E-4; the export is wrong, do not use it");
    }
  }

  @Test
  @DisplayName("names tensors as Mixtral does, the head included, and copies the tokenizer")
  void names() {
    try (MoeModel model = model()) {
      export(model, out);
    }
    try (CheckpointReader reader = CheckpointReader.open(out)) {
      assertThat(reader.names())
          .hasSize(3 + 2 * (7 + 4 * 3))
          .contains(
              "lm_head.weight",
              "model.layers.1.block_sparse_moe.gate.weight",
              "model.layers.1.block_sparse_moe.experts.3.w2.weight");
      assertThat(reader.spec("model.layers.0.block_sparse_moe.experts.0.w2.weight").shape())
          .containsExactly(32L, 20L);
    }
    assertThat(out.resolve("tokenizer.json")).hasContent("{}");
  }

  @Test
  @DisplayName("leaves no field of the configuration to a default")
  void config() throws IOException {
    try (MoeModel model = model()) {
      export(model, out);
    }
    JsonNode json = new ObjectMapper().readTree(out.resolve("config.json").toFile());
    assertThat(json.get("intermediate_size").asInt()).isEqualTo(20);
    assertThat(json.get("rope_theta").asDouble()).isEqualTo(10_000);
    assertThat(json.get("num_local_experts").asInt()).isEqualTo(4);
    assertThat(json.get("num_experts_per_tok").asInt()).isEqualTo(2);
    assertThat(json.get("eos_token_id").toString()).isEqualTo("[2,3]");
    assertThat(json.get("pad_token_id").isNull()).isTrue();
    assertThat(json.get("sliding_window").isNull()).isTrue();
    assertThat(json.get("torch_dtype").asText()).isEqualTo("bfloat16");
  }

  @Test
  @DisplayName("writes the same bytes for the same model")
  void deterministic() {
    try (MoeModel model = model()) {
      export(model, out);
      export(model, folder.resolve("again"));
    }
    assertThat(FolderManifest.of(folder.resolve("again")).sha256())
        .isEqualTo(FolderManifest.of(out).sha256());
  }

  @Test
  @DisplayName("refuses experts with a bias")
  void bias() {
    try (MoeModel model =
        TinyMoe.model(TinyMoe.kept(2, 20, 7), new float[2][2][32], 1, Device.cpu())) {
      assertThatThrownBy(() -> export(model, out))
          .hasMessage(
              "experts have a bias, which a MixtralForCausalLM checkpoint cannot hold; build them with compensation fold");
      assertThat(out).doesNotExist();
    }
  }

  private void export(MoeModel model, Path to) {
    SparseExport.write(MoeWeights.of(model), dense, to, TensorDtype.BF16, Progress.NONE);
  }

  private static MoeModel model() {
    MoeModel model = TinyMoe.different(4, 2, Device.cpu());
    TinyMoe.stir(model, new Lora(2, 4), 5);
    return model;
  }
}
