package dev.shoal.models.gguf;

import dev.shoal.models.checkpoint.CheckpointFormatException;
import dev.shoal.models.checkpoint.MappedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/** One GGUF file, its header checked, its tensors memory-mapped. */
public final class GgufFile {

  /** Values converted at a time; a whole number of blocks. */
  private static final int CHUNK = 1 << 20;

  private final Path path;
  private final MappedFile bytes;
  private final GgufHeaderReader header;

  private GgufFile(Path path, MappedFile bytes, GgufHeaderReader header) {
    this.path = path;
    this.bytes = bytes;
    this.header = header;
  }

  /**
   * Checks the header and maps the file.
   *
   * @throws CheckpointFormatException where it is no GGUF file of version 2 or 3, is cut off, or
   *     has a tensor of a type that Shoal does not write
   */
  public static GgufFile open(Path path) {
    try {
      MappedFile bytes = MappedFile.open(path);
      return new GgufFile(path, bytes, GgufHeaderReader.read(path, bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keys and values. */
  public GgufMetadata metadata() {
    return header.metadata();
  }

  /** Names in the order of the file. */
  public Set<String> names() {
    return Collections.unmodifiableSet(header.tensors().keySet());
  }

  /** Type and shape of a tensor. */
  public GgufTensor tensor(String name) {
    return entry(name).tensor();
  }

  /** Where a tensor begins in the file. */
  public long offset(String name) {
    return entry(name).begin();
  }

  /** All values of a tensor as floats, row-major. */
  public float[] floats(String name) {
    GgufHeaderReader.Entry entry = entry(name);
    GgufType type = entry.tensor().type();
    float[] values = new float[Math.toIntExact(entry.tensor().elements())];
    for (int at = 0; at < values.length; at += CHUNK) {
      int count = Math.min(CHUNK, values.length - at);
      long begin = entry.begin() + type.bytes(at);
      type.decode(bytes.slice(begin, (int) type.bytes(count)), values, at, count);
    }
    return values;
  }

  private GgufHeaderReader.Entry entry(String name) {
    Map<String, GgufHeaderReader.Entry> tensors = header.tensors();
    if (!tensors.containsKey(name)) {
      throw new CheckpointFormatException(
          path, name, "missing", "in the file", "export the model again");
    }
    return tensors.get(name);
  }
}
