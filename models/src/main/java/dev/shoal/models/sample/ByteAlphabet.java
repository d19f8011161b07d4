package dev.shoal.models.sample;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * GPT-2's way to write any byte as one visible character.
 *
 * <p>Bytes that are printable Latin-1 stand for themselves; the other 68, in ascending order,
 * become U+0100 and following. So a space is written "Ġ" and a line feed "Ċ".
 */
final class ByteAlphabet {

  /** The 256 characters in ascending order; this is also the order of their token ids. */
  static final List<String> SYMBOLS;

  /** Token id of every byte value. */
  private static final int[] IDS = new int[256];

  static {
    char[] characters = new char[256];
    char next = 0x100;
    for (int value = 0; value < 256; value++) {
      characters[value] = isPrintable(value) ? (char) value : next++;
    }
    List<Integer> order = new ArrayList<>(IntStream.range(0, 256).boxed().toList());
    order.sort((a, b) -> Character.compare(characters[a], characters[b]));
    for (int rank = 0; rank < 256; rank++) {
      IDS[order.get(rank)] = BytePairs.SPECIALS.size() + rank;
    }
    SYMBOLS = order.stream().map(value -> String.valueOf(characters[value])).toList();
  }

  private ByteAlphabet() {}

  /** Token ids of the UTF-8 bytes of a text, before any merge. */
  static int[] ids(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return IntStream.range(0, bytes.length).map(i -> IDS[bytes[i] & 0xFF]).toArray();
  }

  private static boolean isPrintable(int value) {
    return (value >= '!' && value <= '~') || (value >= 0xA1 && value <= 0xFF && value != 0xAD);
  }
}
