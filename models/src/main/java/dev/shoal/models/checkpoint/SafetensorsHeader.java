package dev.shoal.models.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file, every rule of the format checked before anything is mapped.
 *
 * <p>Layout: 8 bytes with the header's length n, little endian; n bytes of JSON, beginning with a
 * brace and padded with spaces; the data. The tensors cover the data exactly, each by its {@code
 * data_offsets}, counted from the end of the header.
 *
 * @param tensors in the order of their bytes
 * @param metadata free text under {@code __metadata__}
 */
record SafetensorsHeader(Map<String, Entry> tensors, Map<String, String> metadata) {

  /** The format's own limit on headers. */
  static final long MAX_HEADER_BYTES = 100_000_000;

  private static final String REMEDY = "the file is damaged or was cut short; copy it again";
  private static final String METADATA = "__metadata__";
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * One tensor and its place.
   *
   * @param begin first byte, counted from the beginning of the file
   */
  record Entry(TensorSpec spec, long begin) {
    long end() {
      return begin + spec.bytes();
    }
  }

  static SafetensorsHeader read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return read(file, in, Files.size(file));
    }
  }

  /**
   * Reads the header alone.
   *
   * @param file for messages
   * @param in the file's bytes from the first on
   * @param size bytes of the file
   */
  static SafetensorsHeader read(Path file, InputStream in, long size) throws IOException {
    if (size < 8) {
      throw broken(file, "the file has " + size + " bytes", "at least 8 for the header's length");
    }
    long length = Long.reverseBytes(new DataInputStream(in).readLong());
    checkLength(file, length, size);
    return parse(file, in.readNBytes((int) length), size);
  }

  private static void checkLength(Path file, long length, long size) {
    String found = "the header's length is " + Long.toUnsignedString(length) + " bytes";
    if (length < 0 || length > MAX_HEADER_BYTES) {
      throw broken(file, found, "at most " + MAX_HEADER_BYTES);
    }
    if (length > size - 8) {
      throw broken(file, found, "at most the " + (size - 8) + " bytes that follow it");
    }
  }

  private static SafetensorsHeader parse(Path file, byte[] json, long size) {
    JsonNode root = readJson(file, json);
    Map<String, String> metadata = metadata(file, root.get(METADATA));
    List<Entry> entries = new ArrayList<>();
    long data = 8L + json.length;
    root.fields()
        .forEachRemaining(
            field -> {
              if (!field.getKey().equals(METADATA)) {
                entries.add(
                    new TensorEntryParser(file, field.getKey(), data, size)
                        .parse(field.getValue()));
              }
            });
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    checkCoverage(file, entries, data, size);
    Map<String, Entry> byName = new LinkedHashMap<>();
    entries.forEach(entry -> byName.put(entry.spec().name(), entry));
    return new SafetensorsHeader(byName, metadata);
  }

  private static JsonNode readJson(Path file, byte[] json) {
    if (json.length == 0 || json[0] != '{') {
      throw broken(file, "the header does not begin with '{'", "a JSON object");
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
      return JSON.readTree(text);
    } catch (CharacterCodingException e) {
      throw broken(file, "the header is not UTF-8", "a JSON object in UTF-8");
    } catch (JsonProcessingException e) {
      String found = "the header is not valid JSON (" + e.getOriginalMessage() + ")";
      throw broken(file, found, "one JSON object with each name once");
    }
  }

  private static Map<String, String> metadata(Path file, JsonNode node) {
    Map<String, String> metadata = new LinkedHashMap<>();
    if (node == null) {
      return metadata;
    }
    if (!node.isObject()) {
      throw broken(file, "__metadata__ is " + node, "an object of strings");
    }
    node.fields()
        .forEachRemaining(
            field -> {
              if (!field.getValue().isTextual()) {
                String found = "__metadata__ '" + field.getKey() + "' is " + field.getValue();
                throw broken(file, found, "a string");
              }
              metadata.put(field.getKey(), field.getValue().textValue());
            });
    return metadata;
  }

  /** Without overlaps and without holes, from the end of the header to the end of the file. */
  private static void checkCoverage(Path file, List<Entry> entries, long data, long size) {
    long covered = data;
    for (Entry entry : entries) {
      if (entry.begin() != covered) {
        String kind = entry.begin() < covered ? "overlapping" : "after a hole,";
        String found = kind + " at byte " + (entry.begin() - data) + " of the data";
        String expected = "byte " + (covered - data) + ", where the tensor before it ends";
        throw new CheckpointFormatException(file, entry.spec().name(), found, expected, REMEDY);
      }
      covered = entry.end();
    }
    if (covered != size) {
      String found = "the tensors cover " + (covered - data) + " bytes of data";
      throw broken(file, found, "all " + (size - data));
    }
  }

  private static CheckpointFormatException broken(Path file, String found, String expected) {
    return new CheckpointFormatException(file, null, found, expected, REMEDY);
  }
}
