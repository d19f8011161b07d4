package dev.shoal.models.llama;

/** Where weights come from, by checkpoint name. */
@FunctionalInterface
public interface WeightSource {

  /**
   * The values of one tensor, row-major.
   *
   * @param shape what the architecture says it is
   */
  float[] values(String name, long[] shape);
}
