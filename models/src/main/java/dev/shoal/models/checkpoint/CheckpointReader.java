package dev.shoal.models.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The tensors of a model folder, from {@code model.safetensors} or from the shards that {@code
 * model.safetensors.index.json} names. All headers are checked when it is opened.
 */
public final class CheckpointReader implements AutoCloseable {

  private final Path folder;
  private final Map<String, SafetensorsFile> files;

  private CheckpointReader(Path folder, Map<String, SafetensorsFile> files) {
    this.folder = folder;
    this.files = files;
  }

  /**
   * Opens a model folder. The single file wins where there are both, as in {@code transformers}.
   *
   * @throws CheckpointFormatException where a file is missing, damaged or not what the index says
   */
  public static CheckpointReader open(Path folder) {
    try {
      if (Files.isRegularFile(folder.resolve(CheckpointIndex.SINGLE))) {
        SafetensorsFile single = SafetensorsFile.open(folder.resolve(CheckpointIndex.SINGLE));
        Map<String, SafetensorsFile> files = new TreeMap<>();
        single.names().forEach(name -> files.put(name, single));
        return new CheckpointReader(folder, files);
      }
      if (Files.isRegularFile(folder.resolve(CheckpointIndex.INDEX))) {
        return new CheckpointReader(folder, openShards(folder));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new CheckpointFormatException(
        folder,
        null,
        "the folder holds no safetensors checkpoint",
        CheckpointIndex.SINGLE + " or " + CheckpointIndex.INDEX,
        "convert other formats with save_pretrained(safe_serialization=True)");
  }

  private static Map<String, SafetensorsFile> openShards(Path folder) throws IOException {
    Map<Path, SafetensorsFile> opened = new LinkedHashMap<>();
    Map<String, SafetensorsFile> files = new TreeMap<>();
    for (Map.Entry<String, Path> tensor : CheckpointIndex.read(folder).entrySet()) {
      SafetensorsFile shard = opened.computeIfAbsent(tensor.getValue(), SafetensorsFile::open);
      shard.spec(tensor.getKey()); // says so where the shard lacks it
      files.put(tensor.getKey(), shard);
    }
    return files;
  }

  /** The folder it reads. */
  public Path folder() {
    return folder;
  }

  /** All tensors, sorted by name. */
  public Set<String> names() {
    return Collections.unmodifiableSet(files.keySet());
  }

  /** Type and shape of a tensor. */
  public TensorSpec spec(String name) {
    return file(name).spec(name);
  }

  /** All elements of a F32, F16, BF16 or F64 tensor, row-major. */
  public float[] floats(String name) {
    return file(name).floats(name);
  }

  /** Fills {@code into} with the elements from {@code offset} on, row-major. */
  public void floats(String name, long offset, float[] into) {
    file(name).floats(name, offset, into);
  }

  /** All elements of a F64, F32, F16 or BF16 tensor; none loses digits. */
  public double[] doubles(String name) {
    return file(name).doubles(name);
  }

  /** All elements of a tensor of whole numbers, each of which fits into 32 bits. */
  public int[] ints(String name) {
    return file(name).ints(name);
  }

  /** All elements of a tensor of whole numbers up to 64 bits. */
  public long[] longs(String name) {
    return file(name).longs(name);
  }

  /** All bytes of a tensor smaller than 1 GiB: little endian, read-only, not copied. */
  public ByteBuffer bytes(String name) {
    return file(name).bytes(name);
  }

  /** Some bytes of a tensor: {@code length}, less than 1 GiB, from byte {@code offset} on. */
  public ByteBuffer bytes(String name, long offset, int length) {
    return file(name).bytes(name, offset, length);
  }

  /** Ends reading. */
  @Override
  public void close() {
    files.values().forEach(SafetensorsFile::close);
  }

  private SafetensorsFile file(String name) {
    SafetensorsFile file = files.get(name);
    if (file == null) {
      throw new CheckpointFormatException(
          folder, name, "missing", "in the checkpoint", "use the checkpoint it was written for");
    }
    return file;
  }
}
