package dev.shoal.models.tokens;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Non-overlapping pieces of one length of a token stream; what is left at the end is not used.
 *
 * <p>The shuffled order is a {@link Permutation} by a {@link SplittableRandom} whose seed comes
 * from {@link Seeds#derive}: a function of the seed, the salt and the number of windows.
 */
public final class Windows {

  private final TokenFile tokens;
  private final int windowTokens;
  private final int[] order;

  private Windows(TokenFile tokens, int windowTokens, int[] order) {
    this.tokens = tokens;
    this.windowTokens = windowTokens;
    this.order = order;
  }

  /**
   * Windows in a shuffled order.
   *
   * @param windowTokens length of each, at least 1
   * @param salt what the windows are for, as calibration; another salt gives another order
   */
  public Windows(TokenFile tokens, int windowTokens, long seed, String salt) {
    this(
        tokens,
        windowTokens,
        Permutation.of(
            count(tokens, windowTokens), new SplittableRandom(Seeds.derive(seed, salt))));
  }

  /** Windows from the beginning of the stream on. */
  public static Windows inOrder(TokenFile tokens, int windowTokens) {
    int[] order = IntStream.range(0, count(tokens, windowTokens)).toArray();
    return new Windows(tokens, windowTokens, order);
  }

  private static int count(TokenFile tokens, int windowTokens) {
    if (windowTokens < 1) {
      throw new IllegalArgumentException("a window has at least 1 token, not " + windowTokens);
    }
    return Math.toIntExact(tokens.count() / windowTokens);
  }

  /** How many whole windows the stream has. */
  public int count() {
    return order.length;
  }

  /** Ids of the window at place {@code i} of the order. */
  public int[] get(int i) {
    int[] window = new int[windowTokens];
    tokens.read((long) order[i] * windowTokens, window);
    return window;
  }

  /** Where the window at place {@code i} begins in the stream. */
  public long offset(int i) {
    return (long) order[i] * windowTokens;
  }
}
