package dev.shoal.models.gguf;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.shoal.models.Refusal;
import dev.shoal.models.config.ModelJson;
import dev.shoal.models.config.ModelUnsupportedException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;

@DisplayName("A tokenizer.json, whatever its bytes are,")
class TokenizerMetadataFuzz {

  private static final Path FILE = Path.of("tokenizer.json");
  private static final int ROWS = 16;

  @FuzzTest
  @DisplayName("becomes a GGUF file's tokenizer or is refused by name")
  void json(byte[] bytes) {
    try {
      JsonNode json = ModelJson.parse(FILE, bytes);
      JsonNode config = JsonNodeFactory.instance.objectNode().put("eos_token_id", 1);
      JsonNode settings = json.path("settings"); // as if it were the other file
      GgufMetadata metadata = new GgufMetadata();
      TokenizerMetadata.put(new TokenizerFiles(json, settings, config, null), ROWS, metadata);
    } catch (GgufUnsupportedException | ModelUnsupportedException refusal) {
      Refusal.check(refusal, "tokenizer.json: ");
    }
  }
}
