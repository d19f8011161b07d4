package dev.shoal.models.gguf;

import java.util.List;

/**
 * What a GGUF file says about one tensor.
 *
 * @param name full name, as {@code blk.0.attn_q.weight}
 * @param shape length of each axis, row-major as everywhere in Shoal; the file has them in reverse
 */
public record GgufTensor(String name, GgufType type, List<Long> shape) {

  /** Rejects lengths below 0 and rows that are no whole number of blocks. */
  public GgufTensor {
    shape = List.copyOf(shape);
    if (shape.isEmpty() || shape.stream().anyMatch(length -> length < 0)) {
      throw new IllegalArgumentException("tensor '%s' has shape %s".formatted(name, shape));
    }
    long row = shape.get(shape.size() - 1);
    if (row % type.block() != 0) {
      throw new IllegalArgumentException(
          "tensor '%s' has rows of %d, which %s cannot hold".formatted(name, row, type));
    }
  }

  /** Number of elements. */
  public long elements() {
    return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }

  /** Bytes on disk, without padding. */
  public long bytes() {
    return type.bytes(elements());
  }
}
