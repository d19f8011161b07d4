package dev.shoal.models.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The tokenizer in a GGUF file")
class TokenizerMetadataTest {

  @TempDir private Path folder;

  @Test
  @DisplayName("has a byte-level BPE's tokens, kinds and merges, padded to the embedding")
  void byteLevel() throws IOException {
    GgufMetadata metadata = of(TinyTokenizers.BYTE_LEVEL, 10);
    assertThat(metadata.text("tokenizer.ggml.model")).isEqualTo("gpt2");
    assertThat(metadata.text("tokenizer.ggml.pre")).isEqualTo("gpt-2");
    assertThat(metadata.texts("tokenizer.ggml.tokens"))
        .containsExactly("<s>", "</s>", "a", "b", "Ġ", "ab", "my own", "Ġab", "[PAD8]", "[PAD9]");
    assertThat((int[]) metadata.get("tokenizer.ggml.token_type"))
        .containsExactly(3, 3, 1, 1, 1, 1, 4, 1, 5, 5);
    assertThat(metadata.texts("tokenizer.ggml.merges")).containsExactly("a b", "Ġ ab");
    assertThat(metadata.integer("tokenizer.ggml.bos_token_id")).isZero();
    assertThat(metadata.integer("tokenizer.ggml.eos_token_id")).isEqualTo(1); // the first
    assertThat(metadata.has("tokenizer.ggml.padding_token_id")).isFalse();
    assertThat(metadata.get("tokenizer.ggml.add_bos_token")).isEqualTo(true);
    assertThat(metadata.get("tokenizer.ggml.add_eos_token")).isEqualTo(false);
  }

  @Test
  @DisplayName("has a SentencePiece-like BPE's scores: minus the rank of the first merge")
  void sentencePiece() throws IOException {
    GgufMetadata metadata = of(TinyTokenizers.SENTENCE_PIECE, 10);
    assertThat(metadata.text("tokenizer.ggml.model")).isEqualTo("llama");
    assertThat((int[]) metadata.get("tokenizer.ggml.token_type"))
        .containsExactly(2, 3, 3, 6, 1, 1, 1, 1, 1, 1);
    // ab is made by merge 0, ▁ab by 1 first, ▁a by 3; all others come last.
    assertThat((float[]) metadata.get("tokenizer.ggml.scores"))
        .containsExactly(-4, -4, -4, -4, -1, 0, -4, -4, -4, -3);
    assertThat(metadata.get("tokenizer.ggml.add_space_prefix")).isEqualTo(true);
    assertThat(metadata.integer("tokenizer.ggml.bos_token_id")).isEqualTo(1); // the template's
    assertThat(metadata.has("tokenizer.ggml.merges")).isFalse();
  }

  @Test
  @DisplayName("takes roles, flags and the chat template from tokenizer_config.json")
  void settings() throws IOException {
    Path dense =
        TinyTokenizers.folder(
            folder, TinyTokenizers.BYTE_LEVEL.replace(TinyTokenizers.TEMPLATE, "null"));
    TinyTokenizers.write(
        dense,
        "tokenizer_config.json",
        "{'eos_token':{'content':'<s>'},'pad_token':'</s>','add_bos_token':false,'chat_template':'{{x}}'}");
    GgufMetadata metadata = new GgufMetadata();
    TokenizerMetadata.put(dense, 10, metadata);
    assertThat(metadata.integer("tokenizer.ggml.eos_token_id")).isZero();
    assertThat(metadata.integer("tokenizer.ggml.padding_token_id")).isEqualTo(1);
    assertThat(metadata.get("tokenizer.ggml.add_bos_token")).isEqualTo(false);
    assertThat(metadata.text("tokenizer.chat_template")).isEqualTo("{{x}}");
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          'type':'BPE'|'type':'Unigram'|the model is "Unigram", expected BPE; export without gguf
          'dropout':null|'dropout':0.1|dropout is 0.1, which llama.cpp does not know; export without gguf
          'normalizer':null|'normalizer':{'type':'Lowercase'}|llama.cpp has no normalizer Lowercase; export without gguf
          'use_regex':true|'use_regex':false|llama.cpp has no name for the pre-tokenizer {"type":"ByteLevel","add_prefix_space":false,"use_regex":false}, so it would cut text into other tokens; export without gguf
          'ignore_merges':false|'ignore_merges':true|llama.cpp has no name for the pre-tokenizer {"type":"ByteLevel","add_prefix_space":false,"use_regex":true} with ignore_merges, so it would cut text into other tokens; export without gguf
          'Ġab':7|'Ġab':97|token 'Ġab' has id 97, but the model's vocabulary ends at 9; use the tokenizer that belongs to the model
          'content':'my▁own'|'content':'ab'|token 'ab' has the id 6 and another one, which a GGUF file cannot hold; remove one
          {'id':'A'}}]|{'id':'A'}},{'SpecialToken':{'id':'<s>'}}]|its template ends a text with token 0, but llama.cpp can only add the eos token, which is 1; make them the same
          """)
  @DisplayName("is refused where llama.cpp would give other tokens")
  void refused(String known, String other, String message) {
    assertThatThrownBy(() -> of(TinyTokenizers.BYTE_LEVEL.replace(known, other), 10))
        .isInstanceOf(GgufUnsupportedException.class)
        .hasMessage("tokenizer.json: " + message);
  }

  @Test
  @DisplayName("is refused where SentencePiece would join what no merge joins")
  void otherJoins() {
    assertThatThrownBy(() -> of(TinyTokenizers.SENTENCE_PIECE.replace("'▁a b',", ""), 10))
        .hasMessage(
            "tokenizer.json: '▁a' and 'b' are tokens but no merge joins them to '▁ab'; llama.cpp would, so it would give other tokens; export without gguf");
    assertThatThrownBy(() -> of(TinyTokenizers.SENTENCE_PIECE.replace("Prepend", "Strip"), 10))
        .hasMessageStartingWith(
            "tokenizer.json: llama.cpp cannot prepare text as normalizer {\"type\":\"Sequence\"")
        .hasMessageEndingWith("and pre-tokenizer null do; export without gguf");
  }

  @Test
  @DisplayName("must be there, and must end a text")
  void missing() throws IOException {
    Path dense = TinyTokenizers.folder(folder, TinyTokenizers.BYTE_LEVEL);
    TinyTokenizers.write(dense, "config.json", "{}");
    assertThatThrownBy(() -> TokenizerMetadata.put(dense, 10, new GgufMetadata()))
        .hasMessage(
            "tokenizer.json: no token ends a text, and llama.cpp would take token 11 for it; add eos_token_id to config.json");
    Files.delete(dense.resolve("tokenizer.json"));
    assertThatThrownBy(() -> TokenizerMetadata.put(dense, 10, new GgufMetadata()))
        .hasMessage(
            "tokenizer.json: the file is missing; a GGUF file needs the tokenizer, put it into the folder");
  }

  private GgufMetadata of(String tokenizer, int size) throws IOException {
    GgufMetadata metadata = new GgufMetadata();
    TokenizerMetadata.put(TinyTokenizers.folder(folder, tokenizer), size, metadata);
    return metadata;
  }
}
