package dev.shoal.models.tasks;

/**
 * Token ids of which the last ones are scored, each given all before it.
 *
 * @param tokens at least 2; what the model reads is all but the last
 * @param scoredFrom index of the first id that is scored, at least 1
 * @param truncated ids that were cut off on the left because the model reads no more
 */
record Sequence(int[] tokens, int scoredFrom, int truncated) {

  /**
   * Puts a continuation behind its context; the model reads at most {@code maxLength} ids, so no
   * more than one id beyond that is kept, counted from the right.
   *
   * @param continuation 1 to {@code maxLength} ids
   */
  static Sequence of(int[] context, int[] continuation, int maxLength) {
    int whole = context.length + continuation.length;
    int kept = Math.min(whole, maxLength + 1);
    int fromContext = kept - continuation.length;
    int[] tokens = new int[kept];
    System.arraycopy(context, context.length - fromContext, tokens, 0, fromContext);
    System.arraycopy(continuation, 0, tokens, fromContext, continuation.length);
    return new Sequence(tokens, fromContext, whole - kept);
  }

  /** Ids that are scored. */
  int scored() {
    return tokens.length - scoredFrom;
  }

  /** Ids the model reads. */
  int inputLength() {
    return tokens.length - 1;
  }
}
