package dev.shoal.models.tasks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts long texts into what a model can read. */
final class RollingWindows {

  private RollingWindows() {}

  /**
   * Windows in which every token is scored once, as in the harness: the first token given the
   * prefix, each further window beginning with one token of context, the last one reaching back as
   * far as the model reads.
   */
  static List<Sequence> every(int[] tokens, int prefix, int maxLength) {
    List<Sequence> windows = new ArrayList<>();
    for (int done = 0; done < tokens.length; ) {
      int predicted = Math.min(maxLength, tokens.length - done);
      int end = done + predicted;
      if (done == 0) {
        int[] first = Arrays.copyOfRange(tokens, 0, end);
        windows.add(Sequence.of(new int[] {prefix}, first, maxLength));
      } else {
        int begin = Math.max(0, end - maxLength - 1);
        int[] window = Arrays.copyOfRange(tokens, begin, end);
        windows.add(new Sequence(window, done - begin, 0));
      }
      done = end;
    }
    return windows;
  }

  /**
   * Disjoint windows without any overlap, the rest at the end dropped; in each every token but the
   * first is scored. This is how GPTQ, Wanda and their successors cut WikiText-2.
   */
  static List<Sequence> disjoint(int[] tokens, int windowTokens) {
    List<Sequence> windows = new ArrayList<>();
    for (int at = 0; at + windowTokens <= tokens.length; at += windowTokens) {
      windows.add(new Sequence(Arrays.copyOfRange(tokens, at, at + windowTokens), 1, 0));
    }
    return windows;
  }
}
