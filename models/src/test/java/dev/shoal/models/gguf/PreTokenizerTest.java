package dev.shoal.models.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The name of a pre-tokenizer")
class PreTokenizerTest {

  private static final String LLAMA3 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String TEKKEN =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  @ParameterizedTest(name = "{0}, ignore_merges {1}: {2}")
  @CsvSource({
    "gpt2, false, gpt-2",
    "llama3, true, llama-bpe",
    "llama3, false, smaug-bpe",
    "qwen2, false, qwen2",
    "smollm, false, smollm",
    "tekken, true, tekken"
  })
  @DisplayName("is llama.cpp's for the same cut")
  void names(String steps, boolean ignoreMerges, String name) throws IOException {
    ObjectNode tokenizer = new ObjectMapper().createObjectNode();
    tokenizer.putObject("model").put("ignore_merges", ignoreMerges);
    ObjectNode sequence = tokenizer.putObject("pre_tokenizer").put("type", "Sequence");
    ObjectNode first = sequence.putArray("pretokenizers").addObject();
    boolean regex = true;
    switch (steps) {
      case "llama3" -> split(first, LLAMA3);
      case "qwen2" -> split(first, LLAMA3.replace("{1,3}", ""));
      case "tekken" -> split(first, TEKKEN);
      case "smollm" -> first.put("type", "Digits").put("individual_digits", true);
      default -> sequence.withArray("pretokenizers").removeAll();
    }
    if (first.path("type").asText().equals("Split")) {
      regex = false;
    }
    sequence
        .withArray("pretokenizers")
        .addObject()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("use_regex", regex);
    assertThat(PreTokenizer.of(tokenizer).ggufName()).isEqualTo(name);
  }

  private static void split(ObjectNode step, String regex) {
    step.put("type", "Split").put("behavior", "Isolated").put("invert", false);
    step.putObject("pattern").put("Regex", regex);
  }
}
