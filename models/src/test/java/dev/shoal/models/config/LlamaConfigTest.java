package dev.shoal.models.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
          32,
          8,
          12,
          2,
          2,
          1,
          4,
          64,
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
    ObjectNode json = json(MINIMAL).put("model_type", "qwen2").put("attention_bias", true);
    json.put("mlp_bias", true).put("hidden_act", "gelu");
    json.putObject("rope_scaling").put("type", "linear").put("factor", 2.0);
    json.putObject("quantization_config").put("bits", 4);
    assertThatThrownBy(() -> read(json.toString()))
        .isInstanceOf(ModelUnsupportedException.class)
        .hasMessage(
            folder.resolve("config.json")
                + ": model_type is \"qwen2\", expected \"llama\"; attention_bias is true, expected"
                + " false; mlp_bias is true, expected false; hidden_act is \"gelu\", expected"
                + " \"silu\"; rope_scaling of type is \"linear\", expected \"default\" or none;"
                + " quantization_config is present, expected weights that are not quantized. Use a"
                + " dense Llama checkpoint in the Hugging Face layout.");
  }

  @Test
  @DisplayName("with scaled rotary frequencies is refused under the newer field as well")
  void scaledRope() throws IOException {
    ObjectNode json = json(MINIMAL);
    json.putObject("rope_parameters").put("rope_theta", 9.0).put("rope_type", "llama3");
    assertThatThrownBy(() -> read(json.toString()))
        .hasMessageContaining("rope_parameters of type is \"llama3\"");
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
