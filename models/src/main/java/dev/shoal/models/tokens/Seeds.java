package dev.shoal.models.tokens;

import dev.shoal.models.checkpoint.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Many independent seeds out of one. */
public final class Seeds {

  private Seeds() {}

  /**
   * The first 8 bytes, big endian, of the SHA-256 of {@code SEED NUL PURPOSE}, the seed in decimal.
   *
   * @param purpose what the seed is for; another purpose gives an unrelated seed
   */
  public static long derive(long seed, String purpose) {
    byte[] text = (seed + "\0" + purpose).getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.wrap(Sha256.bytesOf(text)).getLong();
  }
}
