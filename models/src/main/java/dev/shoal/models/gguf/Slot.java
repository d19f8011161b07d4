package dev.shoal.models.gguf;

import dev.shoal.models.moe.MoeWeightSource;
import java.util.function.Function;

/**
 * One tensor of a mixture and its place in a GGUF file.
 *
 * @param key its name in Shoal
 * @param stored its name, type and shape in the file
 * @param read gets its values, in our order
 * @param rotation what it is made of where the file has its rows in another order; else null
 */
record Slot(
    String key, GgufTensor stored, Function<MoeWeightSource, float[]> read, Rotation rotation) {

  /** What is rotated: that many heads of that size. */
  record Rotation(int heads, int headSize) {}

  /** The values as they go into the file, not yet rounded. */
  float[] toFile(MoeWeightSource source) {
    float[] values = read.apply(source);
    return rotation == null
        ? values
        : RotaryRows.interleaved(values, rotation.heads(), rotation.headSize());
  }

  /** The values in a file, in our order. */
  float[] fromFile(GgufFile file) {
    float[] values = file.floats(stored.name());
    return rotation == null
        ? values
        : RotaryRows.halved(values, rotation.heads(), rotation.headSize());
  }
}
