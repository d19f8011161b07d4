package dev.shoal.models.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A file that appears whole or not at all: written beside its place under {@code .NAME.partial},
 * fsynced, renamed. Closing without {@link #commit} deletes what was written. One writer at a time,
 * except by {@link #writeAmongOthers}.
 */
public final class AtomicFile implements AutoCloseable {

  private final Path target;
  private final Path partial;
  private final FileChannel channel;

  private AtomicFile(Path target, Path partial, FileChannel channel) {
    this.target = target;
    this.partial = partial;
    this.channel = channel;
  }

  /** Begins a file, over the remains of an earlier attempt; its folder is made if need be. */
  public static AtomicFile create(Path file) {
    Path target = file.toAbsolutePath();
    Path partial = target.resolveSibling("." + target.getFileName() + ".partial");
    try {
      Files.createDirectories(target.getParent());
      return new AtomicFile(
          target,
          partial,
          FileChannel.open(
              partial,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a small file at once. */
  public static void write(Path file, byte[] content) {
    try (AtomicFile atomic = create(file)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        atomic.channel.write(bytes);
      }
      atomic.commit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a small file that others may be writing now; the last one stays, whole. */
  public static void writeAmongOthers(Path file, byte[] content) {
    Path own = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID());
    write(own, content);
    try {
      Files.move(own, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where to write. */
  public FileChannel channel() {
    return channel;
  }

  /** Makes the bytes durable and gives the file its name. */
  public void commit() {
    try {
      channel.force(true);
      channel.close();
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel folder = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
        folder.force(true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
      Files.deleteIfExists(partial);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
