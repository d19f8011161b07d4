package dev.shoal.models.tokens;

import dev.shoal.models.checkpoint.CheckpointFormatException;
import dev.shoal.models.checkpoint.MappedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A stream of token ids on disk, memory-mapped, of any length.
 *
 * <p>The folder holds {@code ids.bin}, int32 little endian, and {@code documents.bin}, int64 little
 * endian: where each document ends in the stream, ascending.
 */
public final class TokenFile {

  static final String IDS = "ids.bin";
  static final String DOCUMENTS = "documents.bin";

  private static final int CHUNK = 1 << 20;

  private final MappedFile ids;
  private final MappedFile ends;

  private TokenFile(MappedFile ids, MappedFile ends) {
    this.ids = ids;
    this.ends = ends;
  }

  /**
   * Maps both files.
   *
   * @throws CheckpointFormatException where one is missing or they contradict each other
   */
  public static TokenFile open(Path folder) {
    TokenFile file = new TokenFile(map(folder.resolve(IDS), 4), map(folder.resolve(DOCUMENTS), 8));
    file.checkBounds(folder.resolve(DOCUMENTS));
    return file;
  }

  private static MappedFile map(Path file, int width) {
    try {
      if (!Files.isRegularFile(file)) {
        throw broken(file, "the file is missing", "a file written by the tokenize stage");
      }
      MappedFile mapped = MappedFile.open(file);
      if (mapped.size() % width != 0) {
        throw broken(file, mapped.size() + " bytes", "a multiple of " + width);
      }
      return mapped;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void checkBounds(Path file) {
    long before = 0;
    for (int i = 0; i < documents(); i++) {
      if (documentEnd(i) < before) {
        throw broken(
            file, "document " + i + " ends at " + documentEnd(i), "an end after " + before);
      }
      before = documentEnd(i);
    }
    if (before != count()) {
      throw broken(file, "the last document ends at " + before, "the last token, " + count());
    }
  }

  private static CheckpointFormatException broken(Path file, String found, String expected) {
    return new CheckpointFormatException(
        file, null, found, expected, "tokenize the data set again");
  }

  /** Tokens in the stream. */
  public long count() {
    return ids.size() / 4;
  }

  /** Documents in the stream. */
  public int documents() {
    return Math.toIntExact(ends.size() / 8);
  }

  /** Where a document ends: the offset of the first token behind it. */
  public long documentEnd(int document) {
    return ends.slice(8L * document, 8).getLong();
  }

  /** Fills {@code into} with the ids from {@code offset} on. */
  public void read(long offset, int[] into) {
    for (int at = 0; at < into.length; ) {
      int part = Math.min(CHUNK, into.length - at);
      ids.slice(4 * (offset + at), 4 * part).asIntBuffer().get(into, at, part);
      at += part;
    }
  }
}
