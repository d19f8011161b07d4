package dev.shoal.models.engine;

/** What weights and activations are stored and multiplied in. */
public enum Precision {
  /** The reference, and the only choice that is fast on a CPU. */
  FLOAT32(6, 4),
  /** Half the memory on a GPU; norms, softmax, router and loss stay in float32. */
  BFLOAT16(15, 2),
  /** For checking gradients. */
  FLOAT64(7, 8);

  private final int code;
  private final int bytes;

  Precision(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** Bytes of one value. */
  public int bytes() {
    return bytes;
  }

  /** The dtype's number in kernel text. */
  public int code() {
    return code;
  }

  /** What norms, softmax and losses are computed in. */
  public Precision statistics() {
    return this == FLOAT64 ? FLOAT64 : FLOAT32;
  }
}
