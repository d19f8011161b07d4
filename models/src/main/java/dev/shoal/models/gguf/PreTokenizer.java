package dev.shoal.models.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The ways of cutting text before the merges that llama.cpp has a name for, and the steps that
 * {@code tokenizer.json} spells them with. A byte-level tokenizer with any other one would give
 * other tokens there, so it is refused.
 */
enum PreTokenizer {
  /** GPT-2 and most tokenizers that people train themselves. */
  GPT2("gpt-2", false, Step.GPT2),
  /** SmolLM: as GPT-2, with every digit by itself. */
  SMOLLM("smollm", false, Step.DIGITS, Step.GPT2),
  /** Llama 3. */
  LLAMA3("llama-bpe", true, Step.LLAMA3),
  /** The cut of Llama 3 where merges also make the words that the vocabulary has whole. */
  LLAMA3_MERGED("smaug-bpe", false, Step.LLAMA3),
  /** Qwen2, Qwen2.5, Qwen3. */
  QWEN2("qwen2", false, Step.QWEN2),
  /** Mistral Nemo and later. */
  TEKKEN("tekken", true, Step.TEKKEN);

  /** Regular expressions as they stand in published files. */
  private static final class Step {

    private static final String GPT2 = "ByteLevel";
    private static final String DIGITS = "Digits";
    private static final String CONTRACTION = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|";
    private static final String REST = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String LLAMA3 =
        CONTRACTION
            + "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|"
            + REST;
    private static final String QWEN2 =
        CONTRACTION + "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|" + REST;
    private static final String TEKKEN =
        "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|"
            + "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|"
            + "\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|"
            + REST;
  }

  private final String ggufName;
  private final boolean ignoreMerges;
  private final String steps;

  PreTokenizer(String ggufName, boolean ignoreMerges, String... steps) {
    this.ggufName = ggufName;
    this.ignoreMerges = ignoreMerges;
    this.steps = String.join("\n", steps);
  }

  /** Value of {@code tokenizer.ggml.pre}. */
  String ggufName() {
    return ggufName;
  }

  /**
   * The one that cuts as the file says.
   *
   * @param tokenizer {@code tokenizer.json} of a byte-level tokenizer
   */
  static PreTokenizer of(JsonNode tokenizer) {
    JsonNode node = tokenizer.path("pre_tokenizer");
    String steps = String.join("\n", steps(node));
    boolean ignoreMerges = tokenizer.path("model").path("ignore_merges").asBoolean();
    return Arrays.stream(values())
        .filter(one -> one.steps.equals(steps) && one.ignoreMerges == ignoreMerges)
        .findFirst()
        .orElseThrow(() -> unknown(node, ignoreMerges));
  }

  private static GgufUnsupportedException unknown(JsonNode node, boolean ignoreMerges) {
    return TokenizerFiles.refusal(
        "llama.cpp has no name for the pre-tokenizer %s%s, so it would cut text into other tokens; export without gguf"
            .formatted(node, ignoreMerges ? " with ignore_merges" : ""));
  }

  private static List<String> steps(JsonNode node) {
    List<String> steps = new ArrayList<>();
    if (node.path("type").asText().equals("Sequence")) {
      node.path("pretokenizers").forEach(step -> steps.addAll(steps(step)));
    } else {
      String step = step(node);
      if (!step.isEmpty()) {
        steps.add(step);
      }
    }
    return steps;
  }

  /** Empty for the spelling of bytes as letters, which is part of every one of them. */
  private static String step(JsonNode node) {
    return switch (node.path("type").asText()) {
      case "ByteLevel" -> {
        boolean prefix = node.path("add_prefix_space").asBoolean(true);
        boolean cuts = node.path("use_regex").asBoolean(true);
        yield prefix ? "ByteLevel with add_prefix_space" : cuts ? Step.GPT2 : "";
      }
      case "Digits" -> node.path("individual_digits").asBoolean() ? Step.DIGITS : "Digits in runs";
      case "Split" -> {
        boolean isolated = node.path("behavior").asText().equals("Isolated");
        boolean plain = isolated && !node.path("invert").asBoolean();
        yield plain ? node.path("pattern").path("Regex").asText("another") : "another";
      }
      default -> "another";
    };
  }
}
