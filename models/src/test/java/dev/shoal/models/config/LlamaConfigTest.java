package dev.shoal.models.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.models.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A Llama configuration")
class LlamaConfigTest {

  private static final LlamaConfig TINY =
      new LlamaConfig(
          Family.LLAMA,
          32,
          8,
          12,
          2,
          2,
          1,
          4,
          64,
          null,
          1e-5,
          new RopeSettings(500_000),
          true,
          new SpecialTokens(1, 2, null));

  @TempDir Path folder;

  private LlamaConfig read(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
    return LlamaConfig.read(folder);
  }

  private static ObjectNode json(String text) throws IOException {
    return (ObjectNode) new ObjectMapper().readTree(text);
  }

  private static final String MINIMAL =
      """
      {"model_type": "llama", "vocab_size": 32, "hidden_size": 8, "intermediate_size": 12,
       "num_hidden_layers": 2, "num_attention_heads": 2}""";

  @Test
  @DisplayName("is read as it was written")
  void roundTrip() throws IOException {
    assertThat(read(TINY.toJson().toString())).isEqualTo(TINY);
  }

  @Test
  @DisplayName("fills absent fields as transformers does")
  void defaults() throws IOException {
    LlamaConfig config = read(MINIMAL);
    assertThat(config.numKeyValueHeads()).isEqualTo(2);
    assertThat(config.headSize()).isEqualTo(4);
    assertThat(config.maxPositions()).isEqualTo(2048);
    assertThat(config.rmsNormEps()).isEqualTo(1e-6);
    assertThat(config.rope().theta()).isEqualTo(10_000);
    assertThat(config.tiedEmbeddings()).isFalse();
    assertThat(config.tokens()).isEqualTo(new SpecialTokens(1, 2, null));
  }

  @Test
  @DisplayName("takes the base of the rotary embedding from either generation of the field")
  void bothRopeFields() throws IOException {
    assertThat(read(json(MINIMAL).put("rope_theta", 7.0).toString()).rope().theta()).isEqualTo(7);
    ObjectNode newer = json(MINIMAL);
    newer.putObject("rope_parameters").put("rope_theta", 9.0).put("rope_type", "default");
    assertThat(read(newer.toString()).rope().theta()).isEqualTo(9);
  }

  @Test
  @DisplayName("takes the first of several end tokens, and null for none")
  void endTokens() throws IOException {
    ObjectNode several = json(MINIMAL).putNull("bos_token_id");
    several.putArray("eos_token_id").add(5).add(6);
    assertThat(read(several.toString()).tokens()).isEqualTo(new SpecialTokens(null, 5, null));
  }

  @Test
  @DisplayName("of another kind is refused, with everything that is not implemented")
  void unsupported() throws IOException {
    ObjectNode json = json(MINIMAL).put("model_type", "gemma3").put("attention_bias", true);
    json.put("mlp_bias", true).put("hidden_act", "gelu");
    json.putObject("rope_scaling").put("type", "yarn").put("factor", 2.0);
    json.putObject("quantization_config").put("bits", 4);
    assertThatThrownBy(() -> read(json.toString()))
        .isInstanceOf(ModelUnsupportedException.class)
        .hasMessage(
            folder.resolve("config.json")
                + ": model_type is \"gemma3\", expected \"llama\" or \"mistral\" or \"qwen2\" or"
                + " \"qwen3\"; attention_bias is true, expected false; mlp_bias is true, expected"
                + " false; hidden_act is \"gelu\", expected \"silu\"; quantization_config is"
                + " present, expected weights that are not quantized; rope_scaling of type is"
                + " \"yarn\", expected \"default\", \"linear\", \"llama3\" or none. Use a dense"
                + " Llama, Mistral, Qwen2 or Qwen3 checkpoint in the Hugging Face layout.");
  }

  @Test
  @DisplayName("keeps the rotary scaling of either field, and refuses one without its numbers")
  void scaledRope() throws IOException {
    ObjectNode newer = json(MINIMAL);
    ObjectNode rope = newer.putObject("rope_parameters").put("rope_theta", 9.0);
    rope.put("rope_type", "llama3").put("factor", 8).put("low_freq_factor", 1);
    rope.put("high_freq_factor", 4).put("original_max_position_embeddings", 64);
    RopeSettings llama3 = new RopeSettings(9, new RopeScaling.Llama3(8, 1, 4, 64));
    assertThat(read(newer.toString()).rope()).isEqualTo(llama3);
    assertThat(read(read(newer.toString()).toJson().toString()).rope()).isEqualTo(llama3);
    ObjectNode older = json(MINIMAL);
    older.putObject("rope_scaling").put("type", "linear").put("factor", 4.0);
    assertThat(read(older.toString()).rope().scaling()).isEqualTo(new RopeScaling.Linear(4));
    older.putObject("rope_scaling").put("type", "linear");
    assertThatThrownBy(() -> read(older.toString()))
        .hasMessageContaining("rope_scaling is {\"type\":\"linear\"}, expected a factor");
  }

  @Test
  @DisplayName("scales rotary frequencies: all by 4; or long waves by 8, short ones not")
  void frequencies() {
    // h = 4: frequencies 1 and theta^-1/2.
    assertThat(new RopeSettings(100, new RopeScaling.Linear(4)).frequencies(4))
        .containsExactly(0.25f, 0.025f);
    // Wave lengths 6.3 and 628 around the bounds 64/4 and 64/1.
    assertThat(new RopeSettings(10_000, new RopeScaling.Llama3(8, 1, 4, 64)).frequencies(4))
        .containsExactly(1f, 0.00125f);
    // Wave length 31.4: s = (64 / 31.4159 - 1) / 3 = 0.345728; 0.2 ((1 - s) / 8 + s) = 0.085502.
    assertThat(new RopeSettings(25, new RopeScaling.Llama3(8, 1, 4, 64)).frequencies(4)[1])
        .isCloseTo(0.085502f, within(1e-6f));
  }

  @Test
  @DisplayName("of another family fills absent fields as that family does")
  void families() throws IOException {
    LlamaConfig mistral =
        read(
            MINIMAL
                .replace("llama", "mistral")
                .replace("size\": 8", "size\": 16")
                .replace("heads\": 2", "heads\": 8"));
    assertThat(mistral.numKeyValueHeads()).isEqualTo(8);
    assertThat(mistral.longestSequence()).isEqualTo(4096).isLessThan(mistral.maxPositions());
    LlamaConfig qwen3 =
        read(MINIMAL.replace("llama", "qwen3").replace("heads\": 2", "heads\": 64"));
    assertThat(qwen3.headSize()).isEqualTo(128);
    assertThat(qwen3.tokens()).isEqualTo(SpecialTokens.NONE);
    assertThatThrownBy(
            () -> read(MINIMAL.replace("\"llama\"", "\"qwen2\", \"use_sliding_window\": true")))
        .hasMessageContaining("use_sliding_window is true, expected false");
  }

  @Test
  @DisplayName("with missing and impossible numbers names each of them once")
  void numbers() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    {"model_type": "llama", "hidden_size": 0, "intermediate_size": "big",
                     "num_hidden_layers": 2, "num_attention_heads": 6, "num_key_value_heads": 4,
                     "head_dim": 3, "rms_norm_eps": -1, "bos_token_id": 1}"""))
        .isInstanceOfSatisfying(
            ModelUnsupportedException.class,
            e ->
                assertThat(e.problems())
                    .containsExactlyInAnyOrder(
                        "vocab_size is missing",
                        "hidden_size is 0, expected at least 1",
                        "intermediate_size is \"big\", expected a whole number",
                        "num_key_value_heads is 4, expected a divisor of num_attention_heads,"
                            + " which is 6",
                        "head_dim is 3, expected an even number",
                        "rms_norm_eps is -1.0, expected in (0, 1)"));
  }

  @Test
  @DisplayName("that is missing or no JSON says so")
  void noJson() {
    assertThatThrownBy(() -> LlamaConfig.read(folder)).hasMessageContaining("the file is missing");
    assertThatThrownBy(() -> read("{")).hasMessageContaining("it is not JSON");
    assertThatThrownBy(() -> read("[1]")).hasMessageContaining("it is not a JSON object");
  }

  @Test
  @DisplayName("of a real model is read in both generations")
  void lab() {
    assertThat(LlamaConfig.read(Lab.path("models/lab-3m")).tiedEmbeddings()).isTrue();
    assertThat(LlamaConfig.read(Lab.path("models/lab-27m")).rope().theta()).isEqualTo(10_000);
  }
}
