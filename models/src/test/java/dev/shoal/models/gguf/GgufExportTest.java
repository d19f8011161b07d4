package dev.shoal.models.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.shoal.models.Progress;
import dev.shoal.models.config.Family;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.config.RopeScaling;
import dev.shoal.models.config.RopeSettings;
import dev.shoal.models.config.SpecialTokens;
import dev.shoal.models.engine.Device;
import dev.shoal.models.llama.TinyModels;
import dev.shoal.models.moe.ExpertSet;
import dev.shoal.models.moe.Lora;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.MoeSettings;
import dev.shoal.models.moe.MoeWeights;
import dev.shoal.models.moe.TinyMoe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The GGUF export")
class GgufExportTest {

  private static final RopeSettings ROPE = new RopeSettings(10_000);
  private static final RopeSettings LINEAR = new RopeSettings(10_000, new RopeScaling.Linear(4));
  private static final RopeSettings LLAMA3 =
      new RopeSettings(10_000, new RopeScaling.Llama3(8, 1, 4, 1024));

  @TempDir private Path folder;
  private Path dense;
  private Path out;
  private final List<MoeModel> models = new ArrayList<>();

  @BeforeEach
  void denseFolder() throws IOException {
    dense = TinyTokenizers.folder(folder.resolve("dense"), TinyTokenizers.BYTE_LEVEL);
    out = folder.resolve("out.gguf");
  }

  @AfterEach
  void close() {
    models.forEach(MoeModel::close);
  }

  @ParameterizedTest
  @EnumSource(GgufType.class)
  @DisplayName("holds the same model, adapters merged, whatever the type")
  void types(GgufType type) {
    MoeWeights weights = adapted();
    export(weights, type);
    assertThat(GgufVerification.verify(weights, out, type)).isZero();
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  @DisplayName("holds a mixture of each family, one active expert included")
  void families(Family family) {
    for (RopeSettings rope : List.of(ROPE, LINEAR)) {
      MoeWeights weights = weights(config(family, rope, true), 1);
      export(weights, GgufType.F16);
      assertThat(GgufVerification.verify(weights, out, GgufType.F16)).isZero();
    }
  }

  @Test
  @DisplayName("has the tensors that llama.cpp reads for a Llama, vectors and router in F32")
  void llama() {
    export(weights(config(Family.LLAMA, ROPE, false), 2), GgufType.Q8_0);
    GgufFile file = GgufFile.open(out);
    assertThat(file.names().stream().filter(name -> !name.startsWith("blk.1")))
        .containsExactly(
            "token_embd.weight",
            "blk.0.attn_norm.weight",
            "blk.0.attn_q.weight",
            "blk.0.attn_k.weight",
            "blk.0.attn_v.weight",
            "blk.0.attn_output.weight",
            "blk.0.ffn_norm.weight",
            "blk.0.ffn_gate_inp.weight",
            "blk.0.ffn_gate_exps.weight",
            "blk.0.ffn_down_exps.weight",
            "blk.0.ffn_up_exps.weight",
            "output_norm.weight",
            "output.weight");
    assertThat(file.tensor("blk.0.ffn_gate_inp.weight").type()).isEqualTo(GgufType.F32);
    assertThat(file.tensor("output_norm.weight").type()).isEqualTo(GgufType.F32);
    assertThat(file.tensor("blk.1.ffn_up_exps.weight"))
        .isEqualTo(
            new GgufTensor("blk.1.ffn_up_exps.weight", GgufType.Q8_0, List.of(4L, 20L, 32L)));
    assertThat(file.tensor("blk.1.ffn_down_exps.weight"))
        .isEqualTo( // rows of 20 are no whole block of 32
            new GgufTensor("blk.1.ffn_down_exps.weight", GgufType.F16, List.of(4L, 32L, 20L)));
    GgufMetadata metadata = file.metadata();
    assertThat(metadata.text("general.architecture")).isEqualTo("llama");
    assertThat(metadata.integer("general.file_type")).isEqualTo(7);
    assertThat(metadata.integer("llama.feed_forward_length")).isEqualTo(20);
    assertThat(metadata.integer("llama.expert_count")).isEqualTo(4);
    assertThat(metadata.integer("llama.expert_used_count")).isEqualTo(2);
    assertThat(metadata.integer("llama.attention.head_count_kv")).isEqualTo(2);
    assertThat(metadata.integer("llama.rope.dimension_count")).isEqualTo(8);
    assertThat(metadata.decimal("llama.rope.freq_base")).isEqualTo(10_000);
    assertThat(metadata.has("llama.rope.scaling.type")).isFalse();
  }

  @Test
  @DisplayName("puts a Qwen2 with its biases, in the order of its rows, into the same architecture")
  void qwen2() {
    MoeWeights weights = weights(config(Family.QWEN2, ROPE, true), 1);
    export(weights, GgufType.BF16);
    GgufFile file = GgufFile.open(out);
    assertThat(file.metadata().text("general.architecture")).isEqualTo("llama");
    assertThat(file.names()).contains("blk.0.attn_v.bias").doesNotContain("output.weight");
    float[] bias = weights.source().values("model.layers.0.self_attn.q_proj.bias", new long[] {32});
    assertThat(file.floats("blk.0.attn_q.bias"))
        .startsWith(
            bias[0], bias[4], bias[1], bias[5], bias[2], bias[6], bias[3], bias[7], bias[8]);
  }

  @Test
  @DisplayName("puts a Qwen3 with its head norms into qwen3moe, rows as they are")
  void qwen3() {
    MoeWeights weights = weights(config(Family.QWEN3, ROPE, true), 1);
    export(weights, GgufType.F32);
    GgufFile file = GgufFile.open(out);
    assertThat(file.metadata().text("general.architecture")).isEqualTo("qwen3moe");
    assertThat(file.metadata().integer("qwen3moe.expert_feed_forward_length")).isEqualTo(20);
    assertThat(file.tensor("blk.1.attn_k_norm.weight").shape()).containsExactly(8L);
    assertThat(file.floats("blk.0.attn_q.weight"))
        .containsExactly(
            weights.source().values("model.layers.0.self_attn.q_proj.weight", new long[] {32, 32}));
  }

  @Test
  @DisplayName("writes llama3's scaling as factors: 1 for short waves, 8 for long, blended between")
  void llama3() {
    MoeWeights weights = weights(config(Family.LLAMA, LLAMA3, false), 2);
    export(weights, GgufType.Q8_0);
    // Waves are 6.28, 62.8, 628 and 6283 long; 628 is at s = (1024 / 628.3 - 1) / 3 = 0.20992,
    // so at 1 / ((1 - s) / 8 + s) = 3.2395.
    assertThat(GgufFile.open(out).floats("rope_freqs.weight"))
        .containsExactly(new float[] {1, 1, 3.2395f, 8}, within(1e-3f));
    assertThat(GgufVerification.verify(weights, out, GgufType.Q8_0)).isZero();
  }

  @Test
  @DisplayName("gives the context that attention sees whole where a window is shorter")
  void window() {
    LlamaConfig config =
        new LlamaConfig(
            Family.MISTRAL, 97, 32, 48, 2, 4, 2, 8, 64, 40, 1e-5, ROPE, true, SpecialTokens.NONE);
    export(weights(config, 1), GgufType.BF16);
    assertThat(GgufFile.open(out).metadata().integer("llama.context_length")).isEqualTo(40);
  }

  @Test
  @DisplayName("writes the same bytes for the same model")
  void deterministic() throws IOException {
    export(adapted(), GgufType.BF16);
    byte[] first = Files.readAllBytes(out);
    export(adapted(), GgufType.BF16);
    assertThat(Files.readAllBytes(out)).isEqualTo(first);
  }

  @Test
  @DisplayName("is found out by a wrong order of rows, another name, and another base of rotation")
  void damaged() throws IOException {
    MoeWeights weights = weights(config(Family.LLAMA, ROPE, false), 2);
    export(weights, GgufType.F32);
    byte[] bytes = Files.readAllBytes(out);
    swapRows(bytes, (int) GgufFile.open(out).offset("blk.1.attn_k.weight"));
    assertThatThrownBy(() -> verify(weights, bytes))
        .hasMessageEndingWith(
            "out.gguf: tensor 'blk.1.attn_k.weight' is not the model's model.layers.1.self_attn.k_proj.weight; the export is wrong, do not use it");

    export(weights, GgufType.F32);
    byte[] renamed = replaced("blk.0.ffn_up_exps", "blk.0.ffn_upp_exp");
    assertThatThrownBy(() -> verify(weights, renamed))
        .hasMessage(
            "out.gguf: tensor 'blk.0.ffn_up_exps.weight' is missing, expected in the file; export the model again");

    export(weights, GgufType.F32);
    byte[] rebased = Files.readAllBytes(out);
    int at = indexOf(rebased, "llama.rope.freq_base") + "llama.rope.freq_base".length() + 4;
    ByteBuffer.wrap(rebased).order(ByteOrder.LITTLE_ENDIAN).putFloat(at, 500_000);
    assertThatThrownBy(() -> verify(weights, rebased))
        .hasMessageContaining("out.gguf: logits differ from the model's by");
  }

  @Test
  @DisplayName("refuses what the format cannot hold, and leaves no file")
  void refused() {
    MoeModel biased = TinyMoe.model(TinyMoe.kept(2, 20, 7), new float[2][2][32], 1, Device.cpu());
    models.add(biased);
    assertThatThrownBy(() -> export(MoeWeights.of(biased), GgufType.BF16))
        .isInstanceOf(GgufUnsupportedException.class)
        .hasMessage(
            "experts: they have a bias, which a mixture in a GGUF file cannot; build them with compensation fold");
    assertThatThrownBy(() -> export(weights(config(Family.QWEN3, LLAMA3, true), 1), GgufType.F16))
        .hasMessage(
            "rope_scaling: llama.cpp does not scale a Qwen3 mixture's rotary frequencies as llama3 does; export without gguf");
    MoeModel large = TinyMoe.different(2, 1, Device.cpu());
    models.add(large);
    large.replace("model.layers.1.self_attn.o_proj.weight", filled(1024, 70_000), 32, 32);
    assertThatThrownBy(() -> export(MoeWeights.of(large), GgufType.F16))
        .hasMessage(
            "tensor 'blk.1.attn_output.weight': 70000.0 is beyond the range of a half, 65504; use BF16");
    assertThat(folder).isDirectoryNotContaining("glob:**.gguf*");
  }

  private void export(MoeWeights weights, GgufType type) {
    GgufExport.write(weights, dense, out, type, Progress.NONE);
  }

  private void verify(MoeWeights weights, byte[] bytes) throws IOException {
    Files.write(out, bytes);
    GgufVerification.verify(weights, out, GgufType.F32);
  }

  /** Rows 1 and 2 of a head, as if they had not been put into the other order. */
  private static void swapRows(byte[] bytes, int begin) {
    for (int i = begin + 32 * 4; i < begin + 64 * 4; i++) {
      byte one = bytes[i];
      bytes[i] = bytes[i + 32 * 4];
      bytes[i + 32 * 4] = one;
    }
  }

  private byte[] replaced(String name, String other) throws IOException {
    byte[] bytes = Files.readAllBytes(out);
    byte[] to = other.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(to, 0, bytes, indexOf(bytes, name), to.length);
    return bytes;
  }

  private static int indexOf(byte[] bytes, String text) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
  }

  private static float[] filled(int length, float value) {
    float[] values = new float[length];
    Arrays.fill(values, value);
    return values;
  }

  private static LlamaConfig config(Family family, RopeSettings rope, boolean tied) {
    return new LlamaConfig(
        family, 97, 32, 48, 2, 4, 2, 8, 64, null, 1e-5, rope, tied, SpecialTokens.NONE);
  }

  private MoeWeights weights(LlamaConfig config, int perToken) {
    MoeModel model =
        MoeModel.assemble(
            config,
            TinyModels.weights(1),
            ExpertSet.of(TinyMoe.kept(4, 20, 7), null),
            new MoeSettings(4, perToken, 11),
            Device.cpu());
    models.add(model);
    return MoeWeights.of(model);
  }

  private MoeWeights adapted() {
    MoeModel model = TinyMoe.different(4, 2, Device.cpu());
    models.add(model);
    TinyMoe.stir(model, new Lora(2, 4), 5);
    return MoeWeights.of(model);
  }
}
