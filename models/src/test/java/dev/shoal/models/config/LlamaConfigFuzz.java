package dev.shoal.models.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.models.Refusal;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;

@DisplayName("A config.json, whatever its bytes are,")
class LlamaConfigFuzz {

  private static final Path FILE = Path.of("config.json");

  @FuzzTest
  @DisplayName("describes a model that can be written again, or is refused by name")
  void json(byte[] json) {
    try {
      LlamaConfig config = LlamaConfigReader.dense(FILE, json);
      ObjectNode written = config.toJson();
      assertThat(LlamaConfigReader.dense(FILE, ConfigJson.bytes(written))).isEqualTo(config);
      assertThat((long) config.numHeads() * config.headSize()).isLessThan(1L << 31);
      assertThat(config.numLayers()).isLessThan(1 << 16);
    } catch (ModelUnsupportedException refusal) {
      Refusal.check(refusal, "config.json: ");
    }
  }

  @FuzzTest
  @DisplayName("says the same of a sparse model's decoder")
  void sparse(byte[] json) {
    try {
      LlamaConfigReader.sparse(FILE, json, Family.MISTRAL);
    } catch (ModelUnsupportedException refusal) {
      Refusal.check(refusal, "config.json: ");
    }
  }
}
