package dev.shoal.models.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The bytes in front of the tensors of a GGUF file of version 3, little endian: magic, version,
 * number of tensors, number of keys, the keys with their values, and for each tensor its name,
 * axes, type and offset behind the header. Header and tensors are padded to multiples of {@value
 * #ALIGNMENT} bytes.
 */
final class GgufHeader {

  /** "GGUF" as a little-endian number. */
  static final int MAGIC = 0x46554747;

  /** Version of the format that is written. */
  static final int VERSION = 3;

  /** Where tensors may begin, unless {@code general.alignment} says otherwise. */
  static final int ALIGNMENT = 32;

  /** Numbers of the value types. */
  static final int UINT32 = 4;

  static final int INT32 = 5;
  static final int FLOAT32 = 6;
  static final int BOOL = 7;
  static final int STRING = 8;
  static final int ARRAY = 9;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Map<String, Long> offsets = new LinkedHashMap<>();
  private final long dataBytes;

  GgufHeader(GgufMetadata metadata, List<GgufTensor> tensors) {
    int32(MAGIC);
    int32(VERSION);
    int64(tensors.size());
    int64(metadata.keys().size());
    for (String key : metadata.keys()) {
      string(key);
      value(metadata.get(key));
    }
    long offset = 0;
    for (GgufTensor tensor : tensors) {
      describe(tensor, offset);
      if (offsets.put(tensor.name(), offset) != null) {
        throw new IllegalArgumentException("tensor '" + tensor.name() + "' is announced twice");
      }
      offset = padded(Math.addExact(offset, tensor.bytes()));
    }
    dataBytes = offset;
    bytes.writeBytes(new byte[(int) (padded(bytes.size()) - bytes.size())]);
  }

  /** The header, padded. */
  ByteBuffer bytes() {
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  /** Where each tensor begins, counted from the end of the header. */
  Map<String, Long> offsets() {
    return Collections.unmodifiableMap(offsets);
  }

  /** Bytes of all tensors with their padding. */
  long dataBytes() {
    return dataBytes;
  }

  /** The next multiple of the alignment. */
  static long padded(long length) {
    return Math.floorDiv(Math.addExact(length, ALIGNMENT - 1), ALIGNMENT) * ALIGNMENT;
  }

  private void describe(GgufTensor tensor, long offset) {
    string(tensor.name());
    int32(tensor.shape().size());
    for (int axis = tensor.shape().size() - 1; axis >= 0; axis--) {
      int64(tensor.shape().get(axis)); // the innermost first
    }
    int32(tensor.type().code());
    int64(offset);
  }

  private void value(Object value) {
    if (value instanceof Integer number) {
      int32(UINT32);
      int32(number);
    } else if (value instanceof Float number) {
      int32(FLOAT32);
      int32(Float.floatToRawIntBits(number));
    } else if (value instanceof Boolean flag) {
      int32(BOOL);
      bytes.write(flag ? 1 : 0);
    } else if (value instanceof String text) {
      int32(STRING);
      string(text);
    } else {
      int32(ARRAY);
      array(value);
    }
  }

  private void array(Object value) {
    if (value instanceof int[] numbers) {
      int32(INT32);
      int64(numbers.length);
      for (int number : numbers) {
        int32(number);
      }
    } else if (value instanceof float[] numbers) {
      int32(FLOAT32);
      int64(numbers.length);
      for (float number : numbers) {
        int32(Float.floatToRawIntBits(number));
      }
    } else if (value instanceof List<?> texts) {
      int32(STRING);
      int64(texts.size());
      texts.forEach(text -> string((String) text));
    } else {
      throw new IllegalArgumentException("a header cannot hold a " + value.getClass());
    }
  }

  private void string(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int64(utf8.length);
    bytes.writeBytes(utf8);
  }

  private void int32(int value) {
    bytes.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  private void int64(long value) {
    bytes.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }
}
