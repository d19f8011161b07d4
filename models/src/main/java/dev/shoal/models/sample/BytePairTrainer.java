package dev.shoal.models.sample;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Trains a small byte-pair vocabulary: join the most frequent pair of neighbouring tokens, again
 * and again, within words only.
 *
 * <p>Between pairs that are equally frequent the one with the lower left id wins, then the lower
 * right id, so the result is a function of the texts. All pairs are counted anew for every merge: a
 * table of V x V counts, which is quick for a vocabulary of a thousand.
 */
public final class BytePairTrainer {

  /** How GPT-2 cuts text into words; merges never cross such a cut. */
  static final Pattern WORDS =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          Pattern.UNICODE_CHARACTER_CLASS);

  private BytePairTrainer() {}

  /**
   * Learns merges until the vocabulary is full, or no pair occurs twice.
   *
   * @param vocabularySize tokens in all, with special tokens and bytes; at least 259
   */
  public static BytePairs train(Iterable<String> texts, int vocabularySize) {
    List<Word> words = countWords(texts);
    List<String> symbols = new ArrayList<>(BytePairs.SPECIALS);
    symbols.addAll(ByteAlphabet.SYMBOLS);
    List<BytePairs.Merge> merges = new ArrayList<>();
    while (symbols.size() < vocabularySize) {
      int[] counts = countPairs(words, vocabularySize);
      int best = indexOfMaximum(counts);
      if (counts[best] < 2) {
        break;
      }
      BytePairs.Merge merge = join(best / vocabularySize, best % vocabularySize, symbols);
      merges.add(merge);
      words.forEach(word -> word.apply(merge));
    }
    return new BytePairs(symbols, merges);
  }

  private static BytePairs.Merge join(int left, int right, List<String> symbols) {
    String joined = symbols.get(left) + symbols.get(right);
    if (!symbols.contains(joined)) {
      symbols.add(joined);
    }
    return new BytePairs.Merge(left, right, symbols.indexOf(joined));
  }

  private static List<Word> countWords(Iterable<String> texts) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String text : texts) {
      Matcher matcher = WORDS.matcher(text);
      while (matcher.find()) {
        counts.merge(matcher.group(), 1, Integer::sum);
      }
    }
    List<Word> words = new ArrayList<>(counts.size());
    counts.forEach((text, count) -> words.add(new Word(ByteAlphabet.ids(text), count)));
    return words;
  }

  /** Occurrences of every pair at [left * V + right]. */
  private static int[] countPairs(List<Word> words, int vocabularySize) {
    int[] counts = new int[vocabularySize * vocabularySize];
    for (Word word : words) {
      for (int i = 1; i < word.length; i++) {
        counts[word.tokens[i - 1] * vocabularySize + word.tokens[i]] += word.count;
      }
    }
    return counts;
  }

  private static int indexOfMaximum(int[] counts) {
    int best = 0;
    for (int i = 1; i < counts.length; i++) {
      if (counts[i] > counts[best]) {
        best = i;
      }
    }
    return best;
  }

  /** One distinct word: its tokens so far, and how often it occurs. */
  private static final class Word {

    private final int[] tokens;
    private final int count;
    private int length;

    Word(int[] tokens, int count) {
      this.tokens = tokens;
      this.count = count;
      this.length = tokens.length;
    }

    /** Replaces the pair by the new token, from left to right. */
    void apply(BytePairs.Merge merge) {
      int kept = 0;
      for (int i = 0; i < length; i++) {
        boolean joined =
            i + 1 < length && tokens[i] == merge.left() && tokens[i + 1] == merge.right();
        tokens[kept++] = joined ? merge.result() : tokens[i];
        i += joined ? 1 : 0;
      }
      length = kept;
    }
  }
}
