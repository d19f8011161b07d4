package dev.shoal.models.gguf;

import dev.shoal.models.checkpoint.CheckpointFormatException;
import dev.shoal.models.checkpoint.MappedFile;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what {@link GgufHeader} describes, and every other kind of value the format has. */
final class GgufHeaderReader {

  /** A tensor and its first byte in the file. */
  record Entry(GgufTensor tensor, long begin) {}

  private static final int LARGEST_HEADER = 1 << 29;

  /** As the format's own library has it. */
  private static final int MOST_AXES = 4;

  /** No known file has a list in a list; a stack has room for more. */
  private static final int DEEPEST = 8;

  private static final String REMEDY = "export the model again";

  private final Path path;
  private final long fileBytes;
  private final ByteBuffer from;
  private final GgufMetadata metadata = new GgufMetadata();
  private final Map<String, Entry> tensors = new LinkedHashMap<>();

  private GgufHeaderReader(Path path, ByteBuffer header, long fileBytes) {
    this.path = path;
    this.fileBytes = fileBytes;
    this.from = header.order(ByteOrder.LITTLE_ENDIAN);
  }

  static GgufHeaderReader read(Path path, MappedFile file) {
    return read(path, file.slice(0, (int) Math.min(file.size(), LARGEST_HEADER)), file.size());
  }

  /**
   * Reads the header alone.
   *
   * @param header bytes of the file from the first on, the whole header among them
   * @param fileBytes size of the file
   */
  static GgufHeaderReader read(Path path, ByteBuffer header, long fileBytes) {
    GgufHeaderReader reader = new GgufHeaderReader(path, header, fileBytes);
    try {
      reader.read();
    } catch (BufferUnderflowException e) {
      throw reader.fault("the header is cut off", "a whole file");
    } catch (IllegalArgumentException | ArithmeticException e) { // what keys and tensors refuse
      throw reader.fault("the header says: " + e.getMessage(), "what the format allows");
    }
    return reader;
  }

  GgufMetadata metadata() {
    return metadata;
  }

  Map<String, Entry> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  private void read() {
    if (from.getInt() != GgufHeader.MAGIC) {
      throw fault("the file begins otherwise", "the letters GGUF");
    }
    int version = from.getInt();
    if (version != 2 && version != GgufHeader.VERSION) {
      throw fault("the version is " + version, "2 or 3");
    }
    long tensorCount = from.getLong();
    long keys = from.getLong();
    for (long i = 0; i < keys; i++) {
      String key = string();
      metadata.put(key, value(from.getInt(), 0));
    }
    List<Entry> relative = new ArrayList<>();
    for (long i = 0; i < tensorCount; i++) {
      relative.add(describe());
    }
    place(relative);
  }

  /** Offsets count from the end of the header, which is only known now. */
  private void place(List<Entry> relative) {
    int alignment =
        metadata.has("general.alignment")
            ? metadata.integer("general.alignment")
            : GgufHeader.ALIGNMENT;
    if (alignment < 1) {
      throw fault("general.alignment is " + alignment, "at least 1");
    }
    long start = Math.floorDiv(from.position() + alignment - 1L, alignment) * alignment;
    for (Entry entry : relative) {
      long begin = Math.addExact(start, entry.begin());
      String name = entry.tensor().name();
      if (entry.begin() < 0 || begin > fileBytes - entry.tensor().bytes()) {
        throw new CheckpointFormatException(path, name, "cut off", "in the file whole", REMEDY);
      }
      tensors.put(name, new Entry(entry.tensor(), begin));
    }
  }

  private Entry describe() {
    String name = string();
    int axes = from.getInt();
    if (axes < 1 || axes > MOST_AXES) {
      String found = "of " + axes + " axes";
      throw new CheckpointFormatException(path, name, found, "1 to " + MOST_AXES, REMEDY);
    }
    Long[] shape = new Long[axes];
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      shape[axis] = from.getLong();
    }
    GgufType type = type(name, from.getInt());
    return new Entry(new GgufTensor(name, type, List.of(shape)), from.getLong());
  }

  private GgufType type(String name, int code) {
    return Arrays.stream(GgufType.values())
        .filter(type -> type.code() == code)
        .findFirst()
        .orElseThrow(
            () ->
                new CheckpointFormatException(
                    path, name, "of type " + code, "F32, F16, BF16 or Q8_0", REMEDY));
  }

  private Object value(int type, int depth) {
    return switch (type) {
      case 0 -> Byte.toUnsignedInt(from.get());
      case 1 -> (int) from.get();
      case 2 -> Short.toUnsignedInt(from.getShort());
      case 3 -> (int) from.getShort();
      case GgufHeader.UINT32 -> Integer.toUnsignedLong(from.getInt());
      case GgufHeader.INT32 -> from.getInt();
      case GgufHeader.FLOAT32 -> from.getFloat();
      case GgufHeader.BOOL -> from.get() != 0;
      case GgufHeader.STRING -> string();
      case GgufHeader.ARRAY -> array(from.getInt(), from.getLong(), depth);
      case 10, 11 -> from.getLong();
      case 12 -> from.getDouble();
      default -> throw fault("a value is of type " + type, "0 to 12");
    };
  }

  private Object array(int type, long count, int depth) {
    if (depth == DEEPEST) {
      throw fault("a list lies in more than " + DEEPEST + " others", "lists of numbers or text");
    }
    boolean four = type == GgufHeader.INT32 || type == GgufHeader.FLOAT32;
    int length = length(count, four ? Integer.BYTES : 1);
    if (type == GgufHeader.INT32) {
      int[] numbers = new int[length];
      Arrays.setAll(numbers, i -> from.getInt());
      return numbers;
    }
    if (type == GgufHeader.FLOAT32) {
      float[] numbers = new float[length];
      for (int i = 0; i < length; i++) {
        numbers[i] = from.getFloat();
      }
      return numbers;
    }
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      values.add(value(type, depth + 1));
    }
    return values;
  }

  private String string() {
    byte[] utf8 = new byte[length(from.getLong(), 1)];
    from.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /** No length in a header can be more than the bytes that are left. */
  private int length(long length, int bytesEach) {
    if (length < 0 || length > from.remaining() / bytesEach) {
      throw fault("the header is cut off", "a whole file");
    }
    return (int) length;
  }

  private CheckpointFormatException fault(String found, String expected) {
    return new CheckpointFormatException(path, null, found, expected, REMEDY);
  }
}
