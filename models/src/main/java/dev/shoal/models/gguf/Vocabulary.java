package dev.shoal.models.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Every token by its id, as many as the embedding has rows: those of the tokenizer's model, its
 * added tokens, and {@code [PADn]} for ids that no text has.
 */
final class Vocabulary {

  /** Numbers of the kinds of token. */
  static final int NORMAL = 1;

  static final int UNKNOWN = 2;
  static final int CONTROL = 3;
  static final int USER_DEFINED = 4;
  static final int UNUSED = 5;
  static final int BYTE = 6;

  private static final Pattern BYTES = Pattern.compile("<0x[0-9A-F]{2}>");

  private final String[] tokens;
  private final int[] types;

  private Vocabulary(int size) {
    this.tokens = new String[size];
    this.types = new int[size];
  }

  /** Reads the tokens of {@code tokenizer.json}. */
  static Vocabulary of(JsonNode tokenizer, int size) {
    Vocabulary vocabulary = new Vocabulary(size);
    for (Map.Entry<String, JsonNode> entry : tokenizer.path("model").path("vocab").properties()) {
      vocabulary.put(id(entry.getKey(), entry.getValue()), entry.getKey(), NORMAL);
    }
    for (JsonNode added : tokenizer.path("added_tokens")) {
      String text = added.path("content").asText();
      vocabulary.add(id(text, added.path("id")), text, isControl(added));
    }
    vocabulary.pad();
    vocabulary.requireUnique();
    return vocabulary;
  }

  private static int id(String token, JsonNode id) {
    if (!id.isInt()) {
      throw TokenizerFiles.refusal(
          "token '%s' has id %s, expected a whole number".formatted(token, id));
    }
    return id.intValue();
  }

  /** Spellings that llama.cpp's converter takes for control tokens, whatever the file says. */
  private static boolean isControl(JsonNode added) {
    String text = added.path("content").asText();
    boolean looksSpecial =
        (text.startsWith("<|") && text.endsWith("|>"))
            || (text.startsWith("<｜") && text.endsWith("｜>"))
            || Set.of("<pad>", "<mask>").contains(text);
    return added.path("special").asBoolean() || looksSpecial;
  }

  /** llama.cpp looks for a user's token in the text as it was typed, so with spaces. */
  private void add(int id, String content, boolean control) {
    put(id, control ? content : content.replace('▁', ' '), control ? CONTROL : USER_DEFINED);
  }

  private void put(int id, String text, int type) {
    if (id < 0 || id >= tokens.length) {
      throw TokenizerFiles.refusal(
          "token '%s' has id %d, but the model's vocabulary ends at %d; use the tokenizer that belongs to the model"
              .formatted(text, id, tokens.length - 1));
    }
    tokens[id] = text;
    types[id] = type;
  }

  private void pad() {
    for (int id = 0; id < tokens.length; id++) {
      if (tokens[id] == null) {
        put(id, "[PAD" + id + "]", UNUSED);
      }
    }
  }

  /** llama.cpp stops where two ids have one text. */
  private void requireUnique() {
    Set<String> seen = new HashSet<>();
    for (int id = 0; id < tokens.length; id++) {
      if (!seen.add(tokens[id])) {
        throw TokenizerFiles.refusal(
            "token '%s' has the id %d and another one, which a GGUF file cannot hold; remove one"
                .formatted(tokens[id], id));
      }
    }
  }

  /** Takes tokens like {@code <0x0A>} for the bytes they spell. */
  void markBytes() {
    for (int id = 0; id < tokens.length; id++) {
      if (BYTES.matcher(tokens[id]).matches()) {
        types[id] = BYTE;
      }
    }
  }

  /** Takes a token for the one that stands for what has none. */
  void markUnknown(String token) {
    int id = List.of(tokens).indexOf(token);
    if (id >= 0) {
      types[id] = UNKNOWN;
    }
  }

  int type(int id) {
    return types[id];
  }

  String token(int id) {
    return tokens[id];
  }

  int size() {
    return tokens.length;
  }

  /** Adds texts and kinds. */
  void putInto(GgufMetadata metadata) {
    metadata.put("tokenizer.ggml.tokens", List.of(tokens));
    metadata.put("tokenizer.ggml.token_type", Arrays.copyOf(types, types.length));
  }
}
