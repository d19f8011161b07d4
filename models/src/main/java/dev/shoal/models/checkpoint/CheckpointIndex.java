package dev.shoal.models.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Reads which tensor is in which file: one file, or shards with an index. */
final class CheckpointIndex {

  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  private static final String REMEDY = "the checkpoint is incomplete or damaged; copy it again";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private CheckpointIndex() {}

  /** Shard of each tensor, sorted by name; every shard exists. */
  static Map<String, Path> read(Path folder) throws IOException {
    return read(folder, Files.readAllBytes(folder.resolve(INDEX)));
  }

  /**
   * As {@link #read(Path)}.
   *
   * @param json the index
   */
  static Map<String, Path> read(Path folder, byte[] json) {
    Path index = folder.resolve(INDEX);
    JsonNode weights = parse(index, json).path("weight_map");
    if (!weights.isObject()) {
      throw new CheckpointFormatException(
          index,
          null,
          "weight_map is missing or no object",
          "tensor names with file names",
          REMEDY);
    }
    Map<String, Path> shards = new TreeMap<>();
    weights
        .fields()
        .forEachRemaining(
            field -> shards.put(field.getKey(), shard(folder, field.getKey(), field.getValue())));
    return shards;
  }

  private static JsonNode parse(Path index, byte[] json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw malformed(index, e.getOriginalMessage());
    } catch (IOException e) { // bytes that are no text: nothing else is read here
      throw malformed(index, e.getMessage());
    }
  }

  private static CheckpointFormatException malformed(Path index, String problem) {
    String found = "the index is not valid JSON (" + problem + ")";
    return new CheckpointFormatException(index, null, found, "an object with weight_map", REMEDY);
  }

  private static Path shard(Path folder, String tensor, JsonNode value) {
    Path index = folder.resolve(INDEX);
    if (!value.isTextual()) {
      throw new CheckpointFormatException(index, tensor, "in " + value, "a file name", REMEDY);
    }
    Path shard = resolve(folder, value.textValue());
    if (shard == null) {
      throw new CheckpointFormatException(
          index,
          tensor,
          "in " + value + ", which leads out of the folder",
          "a file beside the index",
          "do not trust this checkpoint");
    }
    if (!Files.isRegularFile(shard)) {
      throw new CheckpointFormatException(
          index, tensor, "in " + value + ", which is missing", "a file beside the index", REMEDY);
    }
    return shard;
  }

  /** Null unless the name is that of a file right beside the index: only those are digested. */
  private static Path resolve(Path folder, String name) {
    try {
      Path base = folder.toAbsolutePath().normalize();
      Path shard = base.resolve(name).normalize();
      return base.equals(shard.getParent()) ? shard : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }
}
