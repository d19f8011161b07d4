package dev.shoal.models.engine;

import java.util.Locale;

/**
 * A GPU as the driver describes it.
 *
 * @param index among the visible ones, as in {@code cuda:0}
 * @param card the product's name
 * @param totalBytes memory in all
 * @param capability compute capability, {@code 9.0} for example
 */
public record CudaDevice(int index, String card, long totalBytes, String capability) {

  /** As users name it. */
  public String name() {
    return "cuda:" + index;
  }

  /** For people: {@code cuda:0 NVIDIA H100 80GB HBM3, 79.2 GiB, compute capability 9.0}. */
  public String describe() {
    return String.format(
        Locale.ROOT,
        "%s %s, %.1f GiB, compute capability %s",
        name(),
        card,
        totalBytes / (double) (1L << 30),
        capability);
  }
}
