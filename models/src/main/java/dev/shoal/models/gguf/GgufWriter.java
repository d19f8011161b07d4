package dev.shoal.models.gguf;

import dev.shoal.models.checkpoint.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes one GGUF file, a slice at a time.
 *
 * <p>Tensors may come in any order; slices of one tensor come in their order and are whole blocks.
 * The file appears under its name, fsynced, when {@link #close} found it complete. Its bytes are a
 * function of metadata, tensors and values.
 */
final class GgufWriter implements AutoCloseable {

  /** Values converted at a time; a whole number of blocks. */
  private static final int CHUNK = 1 << 15;

  private final AtomicFile file;
  private final Map<String, GgufTensor> tensors = new HashMap<>();
  private final Map<String, Long> written = new HashMap<>(); // values
  private final GgufHeader header;
  private final long dataStart;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(CHUNK * 4).order(ByteOrder.LITTLE_ENDIAN);

  /** Creates the file beside its place and writes the header. */
  GgufWriter(Path path, GgufMetadata metadata, List<GgufTensor> tensors) {
    this.header = new GgufHeader(metadata, tensors);
    tensors.forEach(tensor -> this.tensors.put(tensor.name(), tensor));
    tensors.forEach(tensor -> written.put(tensor.name(), 0L));
    ByteBuffer start = header.bytes();
    this.dataStart = start.remaining();
    this.file = AtomicFile.create(path);
    put(start, 0);
  }

  /** Appends to a tensor, rounding to its type. */
  void write(String name, float[] values) {
    GgufTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("tensor '" + name + "' was not announced");
    }
    long done = written.get(name);
    if (values.length > tensor.elements() - done || values.length % tensor.type().block() != 0) {
      throw new IllegalArgumentException(
          "tensor '%s' takes %d values, got %d"
              .formatted(name, tensor.elements(), done + values.length));
    }
    for (int at = 0; at < values.length; at += CHUNK) {
      int count = Math.min(CHUNK, values.length - at);
      encode(tensor, values, at, count);
      long offset = header.offsets().get(name) + tensor.type().bytes(done + at);
      put(buffer.flip(), dataStart + offset);
    }
    written.put(name, done + values.length);
  }

  private void encode(GgufTensor tensor, float[] values, int at, int count) {
    buffer.clear();
    try {
      tensor.type().encode(values, at, count, buffer);
    } catch (ArithmeticException e) {
      throw new GgufUnsupportedException("tensor '" + tensor.name() + "'", e.getMessage());
    }
  }

  private void put(ByteBuffer bytes, long position) {
    try {
      for (long at = position; bytes.hasRemaining(); ) {
        at += file.channel().write(bytes, at);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Puts the file in its place.
   *
   * @throws IllegalStateException where something was not written; then no file appears
   */
  @Override
  public void close() {
    try (file) {
      requireComplete();
      pad();
      file.commit();
    }
  }

  private void requireComplete() {
    for (GgufTensor tensor : tensors.values()) {
      if (written.get(tensor.name()) != tensor.elements()) {
        throw new IllegalStateException(
            "tensor '%s' has %d of %d values"
                .formatted(tensor.name(), written.get(tensor.name()), tensor.elements()));
      }
    }
  }

  /** The gaps between tensors are zeros because nothing was written there; so is the end. */
  private void pad() {
    try {
      long end = dataStart + header.dataBytes();
      long missing = end - file.channel().size();
      put(ByteBuffer.allocate((int) missing), end - missing);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
