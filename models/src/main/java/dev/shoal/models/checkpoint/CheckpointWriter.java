package dev.shoal.models.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the tensors of a model folder: {@code model.safetensors} where all fit into one shard,
 * else {@code model-0000i-of-0000n.safetensors} and, last, the index. Tensors fill the shards in
 * the order of their names, so equal contents give equal files.
 */
public final class CheckpointWriter implements AutoCloseable {

  private static final Map<String, String> METADATA = Map.of("format", "pt");

  private final Path folder;
  private final List<SafetensorsWriter> writers = new ArrayList<>();
  private final Map<String, SafetensorsWriter> byTensor = new HashMap<>();
  private final Map<String, String> fileNames = new TreeMap<>();
  private final long totalBytes;

  /**
   * Begins every shard.
   *
   * @param maxShardBytes tensor bytes in one file; a larger tensor gets a shard to itself
   */
  public CheckpointWriter(Path folder, List<TensorSpec> specs, long maxShardBytes) {
    this.folder = folder;
    this.totalBytes = specs.stream().mapToLong(TensorSpec::bytes).sum();
    List<List<TensorSpec>> shards = shards(specs, maxShardBytes);
    for (int i = 0; i < shards.size(); i++) {
      String name =
          shards.size() == 1
              ? CheckpointIndex.SINGLE
              : "model-%05d-of-%05d.safetensors".formatted(i + 1, shards.size());
      begin(name, shards.get(i));
    }
  }

  private void begin(String fileName, List<TensorSpec> specs) {
    SafetensorsWriter writer = new SafetensorsWriter(folder.resolve(fileName), specs, METADATA);
    writers.add(writer);
    for (TensorSpec spec : specs) {
      byTensor.put(spec.name(), writer);
      fileNames.put(spec.name(), fileName);
    }
  }

  private static List<List<TensorSpec>> shards(List<TensorSpec> specs, long maxShardBytes) {
    List<TensorSpec> sorted = new ArrayList<>(specs);
    sorted.sort(Comparator.comparing(TensorSpec::name));
    List<List<TensorSpec>> shards = new ArrayList<>(List.of(new ArrayList<>()));
    long filled = 0;
    for (TensorSpec spec : sorted) {
      if (filled > 0 && spec.bytes() > maxShardBytes - filled) {
        shards.add(new ArrayList<>());
        filled = 0;
      }
      shards.get(shards.size() - 1).add(spec);
      filled += spec.bytes();
    }
    return shards;
  }

  /** Appends to a tensor of floats, rounding to its type. */
  public void write(String name, float[] values) {
    writer(name).write(name, values);
  }

  /** Appends to a tensor of floats, rounding once to its type. */
  public void write(String name, double[] values) {
    writer(name).write(name, values);
  }

  /** Appends to an I32 or I64 tensor. */
  public void write(String name, int[] values) {
    writer(name).write(name, values);
  }

  /** Appends to an I64 tensor, or to an I32 tensor where the values fit. */
  public void write(String name, long[] values) {
    writer(name).write(name, values);
  }

  /** Appends bytes as they should be on disk. */
  public void write(String name, ByteBuffer bytes) {
    writer(name).write(name, bytes);
  }

  private SafetensorsWriter writer(String name) {
    SafetensorsWriter writer = byTensor.get(name);
    if (writer == null) {
      throw new IllegalArgumentException("tensor '" + name + "' was not announced");
    }
    return writer;
  }

  /**
   * Puts all files in their places, the index last.
   *
   * @throws IllegalStateException where something was not written; then no index appears
   */
  @Override
  public void close() {
    RuntimeException failure = null;
    for (SafetensorsWriter writer : writers) {
      try {
        writer.close();
      } catch (RuntimeException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
    if (writers.size() > 1) {
      AtomicFile.write(folder.resolve(CheckpointIndex.INDEX), index());
    }
  }

  private byte[] index() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.putObject("metadata").put("total_size", totalBytes);
    fileNames.forEach(root.putObject("weight_map")::put);
    try {
      String json = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(root);
      return (json + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
