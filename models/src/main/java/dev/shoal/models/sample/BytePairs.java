package dev.shoal.models.sample;

import java.util.List;

/**
 * A byte-level byte-pair vocabulary.
 *
 * @param symbols the text of every token, by id: the special tokens, the 256 bytes, then what
 *     merges make; all different
 * @param merges which tokens are joined, in order of priority
 */
public record BytePairs(List<String> symbols, List<Merge> merges) {

  /** Tokens with a meaning of their own; their position is their id. */
  public static final List<String> SPECIALS = List.of("<unk>", "<s>", "</s>");

  /**
   * Two neighbouring tokens that become one.
   *
   * @param result the new token; two merges may make the same one, as a+bc and ab+c do
   */
  public record Merge(int left, int right, int result) {}

  /** Copies both lists. */
  public BytePairs {
    symbols = List.copyOf(symbols);
    merges = List.copyOf(merges);
  }
}
