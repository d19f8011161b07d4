package dev.shoal.models.generation;

import java.util.Arrays;
import java.util.function.Function;

/**
 * Text of tokens as they come. A token may hold only a part of a character, or a space that shows
 * only between words; so text is decoded together with the tokens before it, and kept back while it
 * ends in the middle of a character.
 */
final class TextStream {

  private static final String INCOMPLETE = "\uFFFD";

  /** Tokens decoded before the new ones; enough for a decoder to know that a word goes on. */
  private static final int CONTEXT = 8;

  private final Function<int[], String> decoder;
  private int[] ids;
  private int said; // ids whose text was handed out

  /**
   * A stream that goes on from a text.
   *
   * @param context ids before the first one; only the last few matter
   */
  TextStream(Function<int[], String> decoder, int[] context) {
    this.decoder = decoder;
    this.ids = context;
    this.said = context.length;
  }

  /** What the token adds; empty while a character is not complete. */
  String add(int id) {
    ids = Arrays.copyOf(ids, ids.length + 1);
    ids[ids.length - 1] = id;
    String piece = unsaid();
    if (piece.isEmpty() || piece.endsWith(INCOMPLETE)) {
      return "";
    }
    forget();
    return piece;
  }

  /** What was kept back, with a replacement character for what is no character. */
  String rest() {
    String piece = unsaid();
    forget();
    return piece;
  }

  private String unsaid() {
    int from = Math.max(0, said - CONTEXT);
    String before = decoder.apply(Arrays.copyOfRange(ids, from, said));
    String all = decoder.apply(Arrays.copyOfRange(ids, from, ids.length));
    return all.startsWith(before) ? all.substring(before.length()) : all;
  }

  private void forget() {
    ids = Arrays.copyOfRange(ids, Math.max(0, ids.length - CONTEXT), ids.length);
    said = ids.length;
  }
}
