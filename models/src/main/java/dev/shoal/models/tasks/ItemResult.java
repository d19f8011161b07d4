package dev.shoal.models.tasks;

import java.util.List;

/**
 * What a model made of one item.
 *
 * @param id of the item
 * @param choices in the item's order; one for a target or a text
 * @param label index of the right one
 */
public record ItemResult(String id, List<Choice> choices, int label) {

  /**
   * One continuation.
   *
   * @param logLikelihood natural logarithm of its probability
   * @param greedy whether greedy decoding would have written it; false for a text
   * @param tokens how many were scored
   * @param characters code points, without the delimiter
   * @param bytes in UTF-8, without the delimiter
   * @param words runs of white space plus one
   * @param truncatedTokens tokens of the context that the model could not read any more
   */
  public record Choice(
      double logLikelihood,
      boolean greedy,
      int tokens,
      int characters,
      int bytes,
      int words,
      int truncatedTokens) {}

  /** The likeliest choice; the first among equals. */
  public int chosen() {
    return best(Length.NONE);
  }

  /** The likeliest per character. */
  public int chosenByCharacters() {
    return best(Length.CHARACTERS);
  }

  /** The likeliest per byte. */
  public int chosenByBytes() {
    return best(Length.BYTES);
  }

  /** The right choice. */
  public Choice answer() {
    return choices.get(label);
  }

  private enum Length {
    NONE,
    CHARACTERS,
    BYTES
  }

  private int best(Length length) {
    int best = 0;
    for (int i = 1; i < choices.size(); i++) {
      if (score(i, length) > score(best, length)) {
        best = i;
      }
    }
    return best;
  }

  private double score(int choice, Length length) {
    Choice c = choices.get(choice);
    return switch (length) {
      case NONE -> c.logLikelihood();
      case CHARACTERS -> c.logLikelihood() / c.characters();
      case BYTES -> c.logLikelihood() / c.bytes();
    };
  }
}
