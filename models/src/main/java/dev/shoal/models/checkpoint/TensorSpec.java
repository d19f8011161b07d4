package dev.shoal.models.checkpoint;

import java.util.List;

/**
 * What a checkpoint says about one tensor.
 *
 * @param name full name, as {@code model.layers.0.mlp.up_proj.weight}
 * @param dtype element type on disk
 * @param shape length of each axis, row-major; empty for a scalar
 */
public record TensorSpec(String name, TensorDtype dtype, List<Long> shape) {

  /** Rejects negative lengths and sizes beyond 63 bits. */
  public TensorSpec {
    shape = List.copyOf(shape);
    long elements = 1;
    for (long length : shape) {
      if (length < 0) {
        throw new IllegalArgumentException("tensor '" + name + "' has shape " + shape);
      }
      elements = Math.multiplyExact(elements, length);
    }
    Math.multiplyExact(elements, dtype.bytes());
  }

  /** Number of elements: the product of the shape, 1 for a scalar. */
  public long elements() {
    return shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
  }

  /** Bytes on disk. */
  public long bytes() {
    return elements() * dtype.bytes();
  }
}
