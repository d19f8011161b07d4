package dev.shoal.models.sample;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes byte pairs as {@code tokenizer.json} and {@code tokenizer_config.json} of Hugging Face.
 *
 * <p>The tokenizer puts {@code <s>} before every text, cuts words as GPT-2 does, and turns any
 * UTF-8 text into tokens and back.
 */
public final class TokenizerFiles {

  private static final ObjectWriter JSON =
      new ObjectMapper()
          .writer(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));

  private TokenizerFiles() {}

  /** Writes both files into an existing folder. */
  public static void write(BytePairs pairs, int maximumLength, Path folder) throws IOException {
    write(tokenizer(pairs), folder.resolve("tokenizer.json"));
    write(configuration(maximumLength), folder.resolve("tokenizer_config.json"));
  }

  private static void write(Map<String, Object> content, Path file) throws IOException {
    Files.writeString(file, JSON.writeValueAsString(content) + "\n");
  }

  private static Map<String, Object> tokenizer(BytePairs pairs) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("version", "1.0");
    root.put("truncation", null);
    root.put("padding", null);
    root.put("added_tokens", BytePairs.SPECIALS.stream().map(TokenizerFiles::special).toList());
    root.put("normalizer", null);
    root.put("pre_tokenizer", byteLevel(false));
    root.put("post_processor", startOfText());
    root.put("decoder", byteLevel(true));
    root.put("model", model(pairs));
    return root;
  }

  private static Map<String, Object> special(String content) {
    Map<String, Object> token = new LinkedHashMap<>();
    token.put("id", BytePairs.SPECIALS.indexOf(content));
    token.put("content", content);
    for (String no : List.of("single_word", "lstrip", "rstrip", "normalized")) {
      token.put(no, false);
    }
    token.put("special", true);
    return token;
  }

  private static Map<String, Object> byteLevel(boolean addPrefixSpace) {
    Map<String, Object> step = new LinkedHashMap<>();
    step.put("type", "ByteLevel");
    step.put("add_prefix_space", addPrefixSpace);
    step.put("trim_offsets", true);
    step.put("use_regex", true);
    return step;
  }

  private static Map<String, Object> startOfText() {
    String start = "<s>";
    Map<String, Object> marker = Map.of("SpecialToken", identified(start));
    Map<String, Object> first = Map.of("Sequence", identified("A"));
    Map<String, Object> second = Map.of("Sequence", identified("B"));
    Map<String, Object> token = new LinkedHashMap<>();
    token.put("id", start);
    token.put("ids", List.of(BytePairs.SPECIALS.indexOf(start)));
    token.put("tokens", List.of(start));
    Map<String, Object> template = new LinkedHashMap<>();
    template.put("type", "TemplateProcessing");
    template.put("single", List.of(marker, first));
    template.put("pair", List.of(marker, first, marker, second));
    template.put("special_tokens", Map.of(start, token));
    return template;
  }

  private static Map<String, Object> identified(String id) {
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("id", id);
    part.put("type_id", 0);
    return part;
  }

  private static Map<String, Object> model(BytePairs pairs) {
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    pairs.symbols().forEach(symbol -> vocabulary.put(symbol, vocabulary.size()));
    List<List<String>> merges = new ArrayList<>();
    for (BytePairs.Merge merge : pairs.merges()) {
      merges.add(List.of(pairs.symbols().get(merge.left()), pairs.symbols().get(merge.right())));
    }
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("type", "BPE");
    for (String none :
        List.of("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix")) {
      model.put(none, null);
    }
    for (String no : List.of("fuse_unk", "byte_fallback", "ignore_merges")) {
      model.put(no, false);
    }
    model.put("vocab", vocabulary);
    model.put("merges", merges);
    return model;
  }

  private static Map<String, Object> configuration(int maximumLength) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("bos_token", "<s>");
    root.put("eos_token", "</s>");
    root.put("unk_token", "<unk>");
    root.put("model_max_length", maximumLength);
    root.put("clean_up_tokenization_spaces", false);
    root.put("tokenizer_class", "PreTrainedTokenizerFast");
    return root;
  }
}
