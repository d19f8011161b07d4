package dev.shoal.models.plan;

/**
 * What one stage costs.
 *
 * @param stage which
 * @param tokens it reads, each pass counted
 * @param flops of its matrix products; 0 where a stage only moves data
 */
public record StageCost(Stage stage, long tokens, double flops) {

  /**
   * Estimated time.
   *
   * @param flopsPerSecond as measured on the device for work of this kind
   */
  public double seconds(double flopsPerSecond) {
    if (!(flopsPerSecond > 0)) {
      throw new IllegalArgumentException(
          "flops per second: %s; it must be above 0, measure the device first"
              .formatted(flopsPerSecond));
    }
    return flops / flopsPerSecond;
  }
}
