package dev.shoal.models.tokens;

import java.util.SplittableRandom;

/**
 * Non-overlapping pieces of one length of a token stream; what is left at the end is not used.
 *
 * <p>The shuffled order is a Fisher-Yates permutation by a {@link SplittableRandom} whose seed
 * comes from {@link Seeds#derive}: a function of the seed, the salt and the number of windows.
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
    this(tokens, windowTokens, identity(tokens, windowTokens));
    SplittableRandom random = new SplittableRandom(Seeds.derive(seed, salt));
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
  }

  /** Windows from the beginning of the stream on. */
  public static Windows inOrder(TokenFile tokens, int windowTokens) {
    return new Windows(tokens, windowTokens, identity(tokens, windowTokens));
  }

  private static int[] identity(TokenFile tokens, int windowTokens) {
    if (windowTokens < 1) {
      throw new IllegalArgumentException("a window has at least 1 token, not " + windowTokens);
    }
    int[] order = new int[Math.toIntExact(tokens.count() / windowTokens)];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    return order;
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
