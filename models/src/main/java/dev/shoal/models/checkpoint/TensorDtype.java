package dev.shoal.models.checkpoint;

import java.util.Optional;

/**
 * The element types of the safetensors format, under the names the format gives them.
 *
 * <p>Conversions to the two 16-bit types round to the nearest value, ties to even; NaN stays NaN
 * and what is too large becomes infinite.
 */
public enum TensorDtype {
  /** One byte, 0 or 1. */
  BOOL(1),
  /** Unsigned byte. */
  U8(1),
  /** Signed byte. */
  I8(1),
  /** 8-bit float, 5 bits of exponent; carried as bytes only. */
  F8_E5M2(1),
  /** 8-bit float, 4 bits of exponent; carried as bytes only. */
  F8_E4M3(1),
  /** Signed 16 bits. */
  I16(2),
  /** Unsigned 16 bits. */
  U16(2),
  /** IEEE half. */
  F16(2),
  /** Upper half of an IEEE single. */
  BF16(2),
  /** Signed 32 bits. */
  I32(4),
  /** Unsigned 32 bits. */
  U32(4),
  /** IEEE single. */
  F32(4),
  /** IEEE double. */
  F64(8),
  /** Signed 64 bits. */
  I64(8),
  /** Unsigned 64 bits; carried as bytes only. */
  U64(8);

  private final int bytes;

  TensorDtype(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Whether elements can be read as float or double. */
  public boolean isFloat() {
    return this == F16 || this == BF16 || this == F32 || this == F64;
  }

  /** The type of that name in a header, if it is known. */
  static Optional<TensorDtype> of(String name) {
    for (TensorDtype dtype : values()) {
      if (dtype.name().equals(name)) {
        return Optional.of(dtype);
      }
    }
    return Optional.empty();
  }

  /** The value of a BF16. Exact. */
  public static float fromBf16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The nearest BF16, ties to even. */
  public static short toBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /** The value of a half. Exact. */
  public static float fromF16(short half) {
    int exponent = (half >>> 10) & 0x1f;
    int mantissa = half & 0x3ff;
    if (exponent == 0) {
      float subnormal = mantissa * 0x1p-24f;
      return half < 0 ? -subnormal : subnormal;
    }
    int widened = exponent == 0x1f ? 0xff : exponent + 127 - 15;
    return Float.intBitsToFloat((half & 0x8000) << 16 | widened << 23 | mantissa << 13);
  }

  /** Values as they come back from a file of this type of float. */
  public float[] round(float[] values) {
    float[] rounded = values.clone();
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] =
          switch (this) {
            case BF16 -> fromBf16(toBf16(values[i]));
            case F16 -> fromF16(toF16(values[i]));
            case F32, F64 -> values[i];
            default -> throw new IllegalArgumentException(this + " holds no floats");
          };
    }
    return rounded;
  }

  /** The nearest half, ties to even. */
  public static short toF16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (Float.isNaN(value)) {
      return (short) (sign | 0x7e00);
    }
    if (magnitude >= 0x47800000) { // 65536 and more
      return (short) (sign | 0x7c00);
    }
    if (magnitude < 0x38800000) { // below 2^-14 a half counts in units of 2^-24
      return (short) (sign | (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p24f));
    }
    int rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return (short) (sign | ((rounded - 0x38000000) >>> 13));
  }

  /**
   * A float that rounds to 16 bits as the double itself would. Inexact values end in an odd bit, so
   * that the second rounding never sees a tie that was none.
   */
  static float roundToOdd(double value) {
    float nearest = (float) value;
    if (nearest == value || Double.isNaN(value)) {
      return nearest;
    }
    int bits = Float.floatToRawIntBits(nearest);
    if (Math.abs((double) nearest) > Math.abs(value)) {
      bits--; // towards zero
    }
    return Float.intBitsToFloat(bits | 1);
  }
}
