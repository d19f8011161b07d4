package dev.shoal.models.engine;

import java.util.Locale;

/** Which operators kernels may use. */
enum Dialect {
  /** What every library and device has. */
  PLAIN,
  /** CUDA with libtorch 2.9 or later: grouped products, fused norms, products with wide sums. */
  FUSED;

  /** Whether a library has what {@link #FUSED} needs, on a GPU. */
  static boolean isFusedBy(String version) {
    return Engine.isAtLeast(version, 2, 9);
  }

  /** As in the names of resources. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
