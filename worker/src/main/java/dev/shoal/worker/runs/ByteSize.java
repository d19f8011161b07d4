package dev.shoal.worker.runs;

import java.util.Locale;

/** Sizes for people, in powers of 1,000 as disks are sold. */
public final class ByteSize {

  private static final String UNITS = " kMGTP";

  private ByteSize() {}

  /** {@code 999 B}, {@code 1.5 kB}, {@code 20.3 GB}. */
  public static String words(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 999.95 && unit < UNITS.length() - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0
        ? bytes + " B"
        : String.format(Locale.ROOT, "%.1f %cB", value, UNITS.charAt(unit));
  }
}
