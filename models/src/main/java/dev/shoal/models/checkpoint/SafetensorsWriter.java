package dev.shoal.models.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes one safetensors file, a slice at a time.
 *
 * <p>Tensors may come in any order; slices of one tensor come in their order. The file appears
 * under its name, fsynced, when {@link #close} found it complete. Its bytes are a function of the
 * specs, the metadata and the values, not of the order of writing.
 */
public final class SafetensorsWriter implements AutoCloseable {

  /** Elements converted at a time. */
  private static final int CHUNK = 1 << 15;

  private final AtomicFile file;
  private final SafetensorsLayout layout;
  private final Map<String, Long> written = new LinkedHashMap<>();
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(CHUNK * 8).order(ByteOrder.LITTLE_ENDIAN);

  /**
   * Creates the file beside its place and writes the header.
   *
   * @param metadata free text for the header; may be empty
   */
  public SafetensorsWriter(Path file, List<TensorSpec> specs, Map<String, String> metadata) {
    this.layout = SafetensorsLayout.of(specs, metadata);
    layout.entries().keySet().forEach(name -> written.put(name, 0L));
    this.file = AtomicFile.create(file);
    put(layout.headerBytes(), 0);
  }

  /** Appends to a F32, BF16, F16 or F64 tensor, rounding to its type. */
  public void write(String name, float[] values) {
    write(name, values.length, (dtype, i) -> TensorCodec.encode(dtype, values[i], buffer));
  }

  /** Appends to a F64, F32, BF16 or F16 tensor, rounding once to its type. */
  public void write(String name, double[] values) {
    write(name, values.length, (dtype, i) -> TensorCodec.encode(dtype, values[i], buffer));
  }

  /** Appends to an I32 or I64 tensor. */
  public void write(String name, int[] values) {
    write(name, values.length, (dtype, i) -> TensorCodec.encode(dtype, (long) values[i], buffer));
  }

  /** Appends to an I64 tensor, or to an I32 tensor where the values fit. */
  public void write(String name, long[] values) {
    write(name, values.length, (dtype, i) -> TensorCodec.encode(dtype, values[i], buffer));
  }

  /** Appends bytes as they should be on disk, whatever the type; all that remain in the buffer. */
  public void write(String name, ByteBuffer bytes) {
    append(name, bytes.duplicate());
  }

  private interface Encoder {
    boolean encode(TensorDtype dtype, int index);
  }

  private void write(String name, int count, Encoder encoder) {
    TensorDtype dtype = entry(name).spec().dtype();
    for (int at = 0; at < count; ) {
      buffer.clear();
      int end = at + Math.min(CHUNK, count - at);
      for (; at < end; at++) {
        if (!encoder.encode(dtype, at)) {
          throw new IllegalArgumentException(
              "tensor '" + name + "' is " + dtype + " and cannot take these values");
        }
      }
      append(name, buffer.flip());
    }
  }

  private void append(String name, ByteBuffer bytes) {
    SafetensorsHeader.Entry entry = entry(name);
    long done = written.get(name);
    int length = bytes.remaining();
    if (length > entry.spec().bytes() - done) {
      throw new IllegalArgumentException(
          "tensor '" + name + "' takes " + entry.spec().bytes() + " bytes, got " + (done + length));
    }
    put(bytes, entry.begin() + done);
    written.put(name, done + length);
  }

  private void put(ByteBuffer bytes, long position) {
    try {
      FileChannel channel = file.channel();
      for (long at = position; bytes.hasRemaining(); ) {
        at += channel.write(bytes, at);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SafetensorsHeader.Entry entry(String name) {
    SafetensorsHeader.Entry entry = layout.entries().get(name);
    if (entry == null) {
      throw new IllegalArgumentException("tensor '" + name + "' was not announced");
    }
    return entry;
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
      file.commit();
    }
  }

  /** Throws where something is not written yet. */
  void requireComplete() {
    for (SafetensorsHeader.Entry entry : layout.entries().values()) {
      long done = written.get(entry.spec().name());
      if (done != entry.spec().bytes()) {
        throw new IllegalStateException(
            "tensor '%s' has %d of %d bytes"
                .formatted(entry.spec().name(), done, entry.spec().bytes()));
      }
    }
  }
}
