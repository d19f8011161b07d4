package dev.shoal.models.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of a folder with their digests. Its own digest is the identity of the folder.
 *
 * @param files sorted by path
 */
public record FolderManifest(List<Entry> files) {

  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  /**
   * One file.
   *
   * @param path relative to the folder, with slashes
   * @param size bytes
   * @param sha256 digest of its bytes
   */
  public record Entry(String path, long size, String sha256) {}

  /** Sorts, so that equal folders have equal manifests. */
  public FolderManifest {
    files = files.stream().sorted(Comparator.comparing(Entry::path)).toList();
  }

  /** Reads every file below the folder. */
  public static FolderManifest of(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      return new FolderManifest(
          paths.filter(Files::isRegularFile).map(file -> entry(folder, file)).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Entry entry(Path folder, Path file) {
    String path = folder.relativize(file).toString().replace('\\', '/');
    try {
      return new Entry(path, Files.size(file), Sha256.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Digest of the canonical JSON of {@link #toJson}. */
  public String sha256() {
    return Sha256.of(CanonicalJson.bytes(toJson()));
  }

  /** {@code {"files": [{"path": .., "sha256": .., "size": ..}, ..]}}. */
  public ObjectNode toJson() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode array = root.putArray("files");
    for (Entry file : files) {
      array
          .addObject()
          .put("path", file.path())
          .put("sha256", file.sha256())
          .put("size", file.size());
    }
    return root;
  }

  /**
   * The manifest that {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException where it is none
   */
  public static FolderManifest fromJson(JsonNode json) {
    List<Entry> files = new ArrayList<>();
    Set<String> paths = new HashSet<>();
    for (JsonNode file : json.path("files")) {
      if (!isEntry(file) || !paths.add(file.get("path").textValue())) {
        throw new IllegalArgumentException(
            "no entry of a manifest, which has a path within the folder, once, with size and sha256: "
                + Excerpt.of(file.toString()));
      }
      files.add(
          new Entry(
              file.get("path").textValue(),
              file.get("size").longValue(),
              file.get("sha256").textValue()));
    }
    if (!json.path("files").isArray()) {
      throw new IllegalArgumentException("a manifest has a list of files");
    }
    return new FolderManifest(files);
  }

  private static boolean isEntry(JsonNode file) {
    JsonNode size = file.path("size");
    return isWithin(file.path("path"))
        && size.isIntegralNumber()
        && size.canConvertToLong()
        && size.longValue() >= 0
        && file.path("sha256").isTextual()
        && DIGEST.matcher(file.path("sha256").textValue()).matches();
  }

  /** Whether a path names a file that lies below the folder, spelled as {@link #of} does. */
  private static boolean isWithin(JsonNode path) {
    String text = path.isTextual() ? path.textValue() : "";
    return text.indexOf('\0') < 0
        && List.of(text.split("/", -1)).stream()
            .noneMatch(name -> name.isEmpty() || name.equals(".") || name.equals(".."));
  }

  /**
   * What a folder has lost, changed or got since, one phrase a file as {@code missing a/b.bin};
   * empty where it still is the same.
   */
  public List<String> differences(Path folder) {
    Map<String, Entry> now = new TreeMap<>();
    of(folder).files().forEach(file -> now.put(file.path(), file));
    List<String> differences = new ArrayList<>();
    for (Entry file : files) {
      Entry found = now.remove(file.path());
      if (found == null) {
        differences.add("missing " + file.path());
      } else if (!found.equals(file)) {
        differences.add("changed " + file.path());
      }
    }
    now.keySet().forEach(path -> differences.add("extra " + path));
    return differences;
  }
}
