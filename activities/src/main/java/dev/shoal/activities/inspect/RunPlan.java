package dev.shoal.activities.inspect;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a run will cost, before it starts.
 *
 * @param stages in order
 * @param denseParameters of the source model
 * @param parameters of the mixture, in all
 * @param activeParameters of the mixture that one token uses
 * @param hostBytes memory that training needs on the host
 * @param deviceBytes memory that training needs on the device; on a CPU it is the host's
 * @param diskBytes written and kept
 * @param seconds estimated, at the speed measured on this machine
 * @param warnings what a user should think about
 */
public record RunPlan(
    List<Line> stages,
    long denseParameters,
    long parameters,
    long activeParameters,
    long hostBytes,
    long deviceBytes,
    long diskBytes,
    double seconds,
    List<String> warnings) {

  /** Keeps its own copies. */
  public RunPlan {
    stages = List.copyOf(stages);
    warnings = List.copyOf(warnings);
  }

  /**
   * One stage.
   *
   * @param stage its name
   * @param tokens it reads, each pass counted
   * @param flops of its matrix products
   * @param seconds estimated
   */
  public record Line(String stage, long tokens, double flops, double seconds) {}

  /** For the current details of the run and the terminal. */
  public String markdown() {
    String rows =
        stages.stream()
            .map(s -> text("| %s | %,d | %.2e | %.0f s |\n", s.stage, s.tokens, s.flops, s.seconds))
            .collect(Collectors.joining());
    String notes =
        warnings.stream().map(w -> "- Warning: " + w + "\n").collect(Collectors.joining());
    return "| stage | tokens | FLOPs | estimate |\n|---|---|---|---|\n"
        + rows
        + text(
            "\nParameters: dense %,d; mixture %,d in all, %,d active. Memory: %.1f GiB on the host,"
                + " %.1f GiB on the device. Disk: %.2f GiB. Estimate: %.0f min.\n",
            denseParameters,
            parameters,
            activeParameters,
            gib(hostBytes),
            gib(deviceBytes),
            gib(diskBytes),
            Math.ceil(seconds / 60))
        + notes;
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static double gib(long bytes) {
    return bytes / (double) (1L << 30);
  }
}
