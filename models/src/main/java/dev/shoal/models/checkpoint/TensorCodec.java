package dev.shoal.models.checkpoint;

import java.nio.ByteBuffer;

/**
 * Elements of a little-endian buffer as Java numbers and back.
 *
 * <p>Decoders read {@code count} elements from the buffer's position on into {@code into[at...]}.
 * They return false where the type does not fit what is asked for.
 */
final class TensorCodec {

  private TensorCodec() {}

  static boolean decode(TensorDtype dtype, ByteBuffer from, float[] into, int at, int count) {
    switch (dtype) {
      case F32 -> from.asFloatBuffer().get(into, at, count);
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          into[at + i] = TensorDtype.fromBf16(from.getShort());
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          into[at + i] = TensorDtype.fromF16(from.getShort());
        }
      }
      case F64 -> {
        for (int i = 0; i < count; i++) {
          into[at + i] = (float) from.getDouble();
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  static boolean decode(TensorDtype dtype, ByteBuffer from, double[] into, int at, int count) {
    if (dtype == TensorDtype.F64) {
      from.asDoubleBuffer().get(into, at, count);
      return true;
    }
    float[] exact = new float[count];
    if (!decode(dtype, from, exact, 0, count)) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      into[at + i] = exact[i];
    }
    return true;
  }

  static boolean decode(TensorDtype dtype, ByteBuffer from, long[] into, int at, int count) {
    for (int i = 0; i < count; i++) {
      switch (dtype) {
        case I64 -> into[at + i] = from.getLong();
        case I32 -> into[at + i] = from.getInt();
        case U32 -> into[at + i] = Integer.toUnsignedLong(from.getInt());
        case I16 -> into[at + i] = from.getShort();
        case U16 -> into[at + i] = Short.toUnsignedLong(from.getShort());
        case I8 -> into[at + i] = from.get();
        case U8, BOOL -> into[at + i] = Byte.toUnsignedLong(from.get());
        default -> {
          return false;
        }
      }
    }
    return true;
  }

  static boolean encode(TensorDtype dtype, float value, ByteBuffer into) {
    switch (dtype) {
      case F32 -> into.putFloat(value);
      case BF16 -> into.putShort(TensorDtype.toBf16(value));
      case F16 -> into.putShort(TensorDtype.toF16(value));
      case F64 -> into.putDouble(value);
      default -> {
        return false;
      }
    }
    return true;
  }

  static boolean encode(TensorDtype dtype, double value, ByteBuffer into) {
    switch (dtype) {
      case F64 -> into.putDouble(value);
      case F32 -> into.putFloat((float) value);
      default -> {
        return encode(dtype, TensorDtype.roundToOdd(value), into);
      }
    }
    return true;
  }

  /** Whole numbers keep their value or are refused. */
  static boolean encode(TensorDtype dtype, long value, ByteBuffer into) {
    switch (dtype) {
      case I64 -> into.putLong(value);
      case I32 -> into.putInt(Math.toIntExact(value));
      default -> {
        return false;
      }
    }
    return true;
  }
}
