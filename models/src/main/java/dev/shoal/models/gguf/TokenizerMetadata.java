package dev.shoal.models.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;

/**
 * A {@code tokenizer.json} as llama.cpp wants it: byte-level BPE (GPT-2, Llama 3, Qwen) as {@code
 * gpt2}, BPE with a space mark and byte fallback (Llama 2, Mistral) as {@code llama}.
 */
final class TokenizerMetadata {

  private final TokenizerFiles files;
  private final Vocabulary vocabulary;
  private final GgufMetadata metadata;

  private TokenizerMetadata(TokenizerFiles files, Vocabulary vocabulary, GgufMetadata metadata) {
    this.files = files;
    this.vocabulary = vocabulary;
    this.metadata = metadata;
  }

  /**
   * Adds the tokenizer of a model folder.
   *
   * @param size rows of the embedding
   * @throws GgufUnsupportedException where llama.cpp would give other tokens
   */
  static void put(Path folder, int size, GgufMetadata metadata) {
    put(TokenizerFiles.read(folder), size, metadata);
  }

  static void put(TokenizerFiles files, int size, GgufMetadata metadata) {
    requirePlainBpe(files.model());
    Vocabulary vocabulary = Vocabulary.of(files.tokenizer(), size);
    TokenizerMetadata tokenizer = new TokenizerMetadata(files, vocabulary, metadata);
    if (files.model().path("byte_fallback").asBoolean()) {
      tokenizer.putSentencePiece();
    } else {
      tokenizer.putByteLevel();
    }
    metadata.put("tokenizer.chat_template", files.chatTemplate());
  }

  private static void requirePlainBpe(JsonNode model) {
    if (!model.path("type").asText().equals("BPE")) {
      throw TokenizerFiles.refusal(
          "the model is %s, expected BPE; export without gguf".formatted(model.path("type")));
    }
    for (String field : List.of("dropout", "continuing_subword_prefix", "end_of_word_suffix")) {
      JsonNode value = model.path(field);
      if (!value.asText("").isEmpty() && !value.isNull()) {
        throw TokenizerFiles.refusal(
            "%s is %s, which llama.cpp does not know; export without gguf".formatted(field, value));
      }
    }
  }

  private void putByteLevel() {
    String normalizer = files.tokenizer().path("normalizer").path("type").asText("");
    if (!normalizer.isEmpty() && !normalizer.equals("NFC")) { // text is nearly always in NFC
      throw TokenizerFiles.refusal(
          "llama.cpp has no normalizer " + normalizer + "; export without gguf");
    }
    metadata.put("tokenizer.ggml.model", "gpt2");
    metadata.put("tokenizer.ggml.pre", PreTokenizer.of(files.tokenizer()).ggufName());
    vocabulary.putInto(metadata);
    metadata.put("tokenizer.ggml.merges", merges());
    SpecialIds special = SpecialIds.of(files, false);
    if (special.eos() == null) {
      throw TokenizerFiles.refusal(
          "no token ends a text, and llama.cpp would take token 11 for it; add eos_token_id to config.json");
    }
    special.putInto(metadata);
  }

  private List<String> merges() {
    return Merge.all(files.model()).stream().map(Merge::line).toList();
  }

  private void putSentencePiece() {
    SentencePieceRules rules = SentencePieceRules.of(files.tokenizer());
    vocabulary.markBytes();
    vocabulary.markUnknown(files.model().path("unk_token").asText(""));
    metadata.put("tokenizer.ggml.model", "llama");
    metadata.put("tokenizer.ggml.pre", "default");
    vocabulary.putInto(metadata);
    metadata.put("tokenizer.ggml.scores", rules.scores(vocabulary));
    metadata.put("tokenizer.ggml.add_space_prefix", rules.addSpacePrefix());
    SpecialIds.of(files, true).putInto(metadata);
  }
}
