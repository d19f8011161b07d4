package dev.shoal.models.gguf;

import dev.shoal.models.checkpoint.TensorDtype;
import java.nio.ByteBuffer;

/**
 * The element types that Shoal writes into a GGUF file, and how they round.
 *
 * <p>F16 and BF16 round to the nearest value, ties to even. Q8_0 stores blocks of 32 values of one
 * row as a half \( d = \max|x| / 127 \) and 32 signed bytes \( q = \mathrm{round}(x / d) \), halves
 * away from zero, with the d that is not yet rounded; it stands for \( q \cdot d_{16} \).
 */
public enum GgufType {
  /** IEEE single. */
  F32(0, 0, 1, 4),
  /** IEEE half. */
  F16(1, 1, 1, 2),
  /** Blocks of 32 bytes with one scale: 8.5 bits a value. */
  Q8_0(8, 7, 32, 34),
  /** Upper half of an IEEE single. */
  BF16(30, 32, 1, 2);

  private static final float LARGEST_BYTE = 127;

  private final int code;
  private final int fileType;
  private final int block;
  private final int blockBytes;

  GgufType(int code, int fileType, int block, int blockBytes) {
    this.code = code;
    this.fileType = fileType;
    this.block = block;
    this.blockBytes = blockBytes;
  }

  /** Number of the type in a tensor's description. */
  int code() {
    return code;
  }

  /** Number of the type in {@code general.file_type}, for a file that is mostly of it. */
  int fileType() {
    return fileType;
  }

  /** Values that are stored together. */
  int block() {
    return block;
  }

  /** The type for rows of that length: F16 where they are no whole number of blocks. */
  GgufType forRows(long length) {
    return length % block == 0 ? this : F16;
  }

  /** Bytes of that many values, a whole number of blocks. */
  long bytes(long values) {
    return Math.multiplyExact(values / block, (long) blockBytes);
  }

  /**
   * Appends values from index {@code from} on, a whole number of blocks.
   *
   * @throws ArithmeticException where a value is beyond the type's range
   */
  void encode(float[] values, int from, int count, ByteBuffer into) {
    for (int i = from; i < from + count; i += block) {
      switch (this) {
        case F32 -> into.putFloat(values[i]);
        case F16 -> into.putShort(half(values[i]));
        case BF16 -> into.putShort(TensorDtype.toBf16(values[i]));
        case Q8_0 -> encodeBlock(values, i, into);
      }
    }
  }

  /** Reads {@code count} values, a whole number of blocks, into {@code into[at...]}. */
  void decode(ByteBuffer from, float[] into, int at, int count) {
    for (int i = at; i < at + count; i += block) {
      switch (this) {
        case F32 -> into[i] = from.getFloat();
        case F16 -> into[i] = TensorDtype.fromF16(from.getShort());
        case BF16 -> into[i] = TensorDtype.fromBf16(from.getShort());
        case Q8_0 -> decodeBlock(from, into, i);
      }
    }
  }

  /** The values that stored ones stand for. */
  float[] round(float[] values) {
    float[] rounded = new float[values.length];
    ByteBuffer bytes = ByteBuffer.allocate(blockBytes);
    for (int i = 0; i < values.length; i += block) {
      encode(values, i, block, bytes.clear());
      decode(bytes.flip(), rounded, i, block);
    }
    return rounded;
  }

  private void encodeBlock(float[] values, int from, ByteBuffer into) {
    float largest = 0;
    for (int i = from; i < from + block; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    float scale = largest / LARGEST_BYTE;
    float inverse = scale == 0 ? 0 : 1 / scale;
    into.putShort(half(scale));
    for (int i = from; i < from + block; i++) {
      double scaled = values[i] * inverse; // a float product; half can be added exactly in double
      into.put((byte) Math.copySign((int) (Math.abs(scaled) + 0.5), scaled));
    }
  }

  private void decodeBlock(ByteBuffer from, float[] into, int at) {
    float scale = TensorDtype.fromF16(from.getShort());
    for (int i = at; i < at + block; i++) {
      into[i] = scale * from.get();
    }
  }

  private static short half(float value) {
    short half = TensorDtype.toF16(value);
    if (Float.isInfinite(TensorDtype.fromF16(half))) {
      throw new ArithmeticException(value + " is beyond the range of a half, 65504; use BF16");
    }
    return half;
  }
}
