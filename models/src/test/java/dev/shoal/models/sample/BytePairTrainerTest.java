package dev.shoal.models.sample;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The byte-pair trainer")
class BytePairTrainerTest {

  private static final List<String> FOREIGN =
      List.of(
          "",
          " ",
          "  two  spaces\tand a tab \r\n\n ",
          "it's we'll I'd 'tis",
          "Größe ÄÖÜ, naïve, 日本語, 🐟🐠, e\u0301, \u00a0\u3000x",
          "١٢٣ Ⅻ ½ 3.14e-10",
          "\u0000\u0001\u007f\u200b\ufeff<S> < s>");

  @TempDir static Path folder;
  private static BytePairs pairs;

  @BeforeAll
  static void train() throws Exception {
    List<String> texts = new ArrayList<>();
    for (SampleDomain domain : SampleCorpora.domains()) {
      texts.addAll(SampleCorpora.generate(domain, new SampleCorpora.Size(20_000, 0)).train());
    }
    pairs = BytePairTrainer.train(texts, 700);
    TokenizerFiles.write(pairs, 512, folder);
  }

  @Test
  @DisplayName("joins the most frequent pair first, and of equals the one with the lower ids")
  void handComputed() {
    // The words are aab twice, " aab" once, " cd" twice, cd once. Three times each: aa, ab, cd; the
    // lowest ids are those of aa. Then cd and aa+b stand at three, and c comes before aa.
    BytePairs learned = BytePairTrainer.train(List.of("aab cd aab cd", "cd", "aab"), 259 + 4);

    assertThat(learned.symbols().subList(259, 263)).containsExactly("aa", "cd", "aab", "Ġcd");
  }

  @Test
  @DisplayName("stops when no pair occurs twice")
  void stopsEarly() {
    assertThat(BytePairTrainer.train(List.of("abcd"), 1024).symbols()).hasSize(259);
  }

  @Test
  @DisplayName("writes a tokenizer that encodes as the merges say")
  void encodesAsTheMergesSay() throws Exception {
    try (HuggingFaceTokenizer tokenizer = open()) {
      for (String text : texts()) {
        assertThat(tokenizer.encode(text).getIds()).as(text).isEqualTo(encode(text));
      }
    }
  }

  @Test
  @DisplayName("writes a tokenizer that gives any text back")
  void roundTrip() throws Exception {
    try (HuggingFaceTokenizer tokenizer = open()) {
      for (String text : texts()) {
        assertThat(tokenizer.decode(tokenizer.encode(text).getIds(), true)).isEqualTo(text);
      }
    }
  }

  private static HuggingFaceTokenizer open() throws IOException {
    return HuggingFaceTokenizer.builder().optTokenizerPath(folder).optTruncation(false).build();
  }

  private static List<String> texts() {
    List<String> texts = new ArrayList<>(FOREIGN);
    for (SampleDomain domain : SampleCorpora.domains()) {
      texts.addAll(SampleCorpora.generate(domain, new SampleCorpora.Size(0, 3_000)).eval());
    }
    return texts;
  }

  /** The definition, plainly: within each word apply all merges in order of priority. */
  private static long[] encode(String text) {
    List<Long> ids = new ArrayList<>(List.of((long) BytePairs.SPECIALS.indexOf("<s>")));
    Matcher words = BytePairTrainer.WORDS.matcher(text);
    while (words.find()) {
      List<Integer> word =
          new ArrayList<>(Arrays.stream(ByteAlphabet.ids(words.group())).boxed().toList());
      for (BytePairs.Merge merge : pairs.merges()) {
        for (int i = 0; i + 1 < word.size(); i++) {
          if (word.get(i) == merge.left() && word.get(i + 1) == merge.right()) {
            word.set(i, merge.result());
            word.remove(i + 1);
          }
        }
      }
      word.forEach(id -> ids.add((long) id));
    }
    return ids.stream().mapToLong(Long::longValue).toArray();
  }
}
