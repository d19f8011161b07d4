package dev.shoal.models.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/** One safetensors file, checked and memory-mapped; tensors and files may be larger than 2 GiB. */
public final class SafetensorsFile implements AutoCloseable {

  /** Elements converted at a time. */
  private static final int CHUNK = 1 << 20;

  private final Path path;
  private final SafetensorsHeader header;
  private MappedFile bytes;

  private SafetensorsFile(Path path, SafetensorsHeader header, MappedFile bytes) {
    this.path = path;
    this.header = header;
    this.bytes = bytes;
  }

  /**
   * Checks the header and maps the file.
   *
   * @throws CheckpointFormatException where a rule of the format is broken
   */
  public static SafetensorsFile open(Path path) {
    try {
      return new SafetensorsFile(path, SafetensorsHeader.read(path), MappedFile.open(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names in the order of their bytes. */
  public Set<String> names() {
    return Collections.unmodifiableSet(header.tensors().keySet());
  }

  /** Free text of the header. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(header.metadata());
  }

  /** Type and shape of a tensor. */
  public TensorSpec spec(String name) {
    return entry(name).spec();
  }

  /** All elements of a F32, F16, BF16 or F64 tensor. */
  public float[] floats(String name) {
    float[] values = new float[length(name)];
    floats(name, 0, values);
    return values;
  }

  /** Fills {@code into} with the elements from {@code offset} on, row-major. */
  public void floats(String name, long offset, float[] into) {
    decode(
        name,
        offset,
        into.length,
        (dtype, from, at, count) -> TensorCodec.decode(dtype, from, into, at, count));
  }

  /** All elements of a F64, F32, F16 or BF16 tensor; none loses digits. */
  public double[] doubles(String name) {
    double[] values = new double[length(name)];
    decode(
        name,
        0,
        values.length,
        (dtype, from, at, count) -> TensorCodec.decode(dtype, from, values, at, count));
    return values;
  }

  /** All elements of a tensor of whole numbers up to 64 bits. */
  public long[] longs(String name) {
    long[] values = new long[length(name)];
    decode(
        name,
        0,
        values.length,
        (dtype, from, at, count) -> TensorCodec.decode(dtype, from, values, at, count));
    return values;
  }

  /** All elements of a tensor of whole numbers, each of which fits into 32 bits. */
  public int[] ints(String name) {
    long[] wide = longs(name);
    int[] values = new int[wide.length];
    for (int i = 0; i < wide.length; i++) {
      values[i] = Math.toIntExact(wide[i]);
    }
    return values;
  }

  /**
   * Bytes as they are on disk, little endian, read-only and not copied. They stay readable after
   * {@link #close}.
   *
   * @param offset first byte within the tensor
   * @param length bytes, less than 1 GiB
   */
  public ByteBuffer bytes(String name, long offset, int length) {
    SafetensorsHeader.Entry entry = entry(name);
    if (offset < 0 || length < 0 || offset > entry.spec().bytes() - length) {
      throw new IndexOutOfBoundsException(
          length
              + " bytes at "
              + offset
              + " of tensor '"
              + name
              + "' with "
              + entry.spec().bytes());
    }
    return mapped().slice(entry.begin() + offset, length);
  }

  /** All bytes of a tensor smaller than 1 GiB. */
  public ByteBuffer bytes(String name) {
    return bytes(name, 0, Math.toIntExact(spec(name).bytes()));
  }

  /** Ends reading. */
  @Override
  public void close() {
    bytes = null;
  }

  private interface Decoder {
    boolean decode(TensorDtype dtype, ByteBuffer from, int at, int count);
  }

  private void decode(String name, long offset, int count, Decoder decoder) {
    TensorDtype dtype = spec(name).dtype();
    for (long at = 0; at < count; at += CHUNK) {
      int part = (int) Math.min(CHUNK, count - at);
      ByteBuffer from = bytes(name, (offset + at) * dtype.bytes(), part * dtype.bytes());
      if (!decoder.decode(dtype, from, (int) at, part)) {
        throw new CheckpointFormatException(
            path,
            name,
            "of dtype " + dtype,
            "numbers of the kind asked for",
            "read it as another kind");
      }
    }
  }

  private int length(String name) {
    long elements = spec(name).elements();
    if (elements > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "tensor '" + name + "' has " + elements + " elements; read it in slices");
    }
    return (int) elements;
  }

  private MappedFile mapped() {
    if (bytes == null) {
      throw new IllegalStateException(path + " is closed");
    }
    return bytes;
  }

  private SafetensorsHeader.Entry entry(String name) {
    SafetensorsHeader.Entry entry = header.tensors().get(name);
    if (entry == null) {
      throw new CheckpointFormatException(
          path, name, "missing", "in the file", "use the checkpoint it was written for");
    }
    return entry;
  }
}
