package dev.shoal.models.corpus;

import dev.shoal.models.checkpoint.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Which side of train and eval a document is on: a function of its text, so equal documents never
 * stand on both sides, whatever file they are in.
 *
 * @param evalShare share of the documents for evaluation, in [0, 1]
 */
public record DocumentSplit(double evalShare) {

  /** Four documents of a hundred. */
  public static final DocumentSplit DEFAULT = new DocumentSplit(0.04);

  /** Rejects what is no share. */
  public DocumentSplit {
    if (!(evalShare >= 0 && evalShare <= 1)) {
      throw new IllegalArgumentException("eval share is " + evalShare + ", expected in [0, 1]");
    }
  }

  /**
   * Whether the first 53 bits of the text's SHA-256, as a number in [0, 1), are below the share.
   */
  public boolean isEval(String document) {
    byte[] digest = Sha256.bytesOf(document.getBytes(StandardCharsets.UTF_8));
    return (ByteBuffer.wrap(digest).getLong() >>> 11) * 0x1p-53 < evalShare;
  }
}
