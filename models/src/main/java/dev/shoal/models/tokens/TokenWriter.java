package dev.shoal.models.tokens;

import dev.shoal.models.checkpoint.AtomicFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Path;

/**
 * Writes a {@link TokenFile}, a document at a time. Both files appear, fsynced, on {@link #close};
 * whoever gives up before the last document must not use the folder.
 */
public final class TokenWriter implements AutoCloseable {

  private static final int BUFFER = 1 << 20;

  private final AtomicFile ids;
  private final AtomicFile documents;
  private final OutputStream idBytes;
  private final OutputStream documentBytes;
  private long end;

  /** Begins both files; the folder is made if need be. */
  public TokenWriter(Path folder) {
    ids = AtomicFile.create(folder.resolve(TokenFile.IDS));
    documents = AtomicFile.create(folder.resolve(TokenFile.DOCUMENTS));
    idBytes = buffered(ids);
    documentBytes = buffered(documents);
  }

  private static OutputStream buffered(AtomicFile file) {
    return new BufferedOutputStream(Channels.newOutputStream(file.channel()), BUFFER);
  }

  /** Appends a document. */
  public void add(int[] document) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * document.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(document);
    end += document.length;
    try {
      idBytes.write(bytes.array());
      documentBytes.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(end).array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tokens so far. */
  public long count() {
    return end;
  }

  @Override
  public void close() {
    try (ids;
        documents) {
      idBytes.flush();
      documentBytes.flush();
      ids.commit();
      documents.commit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
