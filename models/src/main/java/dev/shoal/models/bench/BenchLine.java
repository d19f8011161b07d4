package dev.shoal.models.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * What was measured beside what bounds it.
 *
 * @param measured one work
 * @param peak FLOPs per second of the fastest product on one device
 */
record BenchLine(Measured measured, double peak) {

  private static final double GIB = 1L << 30;

  /** Less of a round spent waiting than this: the device is done before the host has more. */
  private static final double HOST_BOUND = 0.05;

  /** Seconds that the products of a round would take at the peak of all devices. */
  double matrixSeconds() {
    return measured.flops() * measured.tokens() / (peak * measured.devices());
  }

  double shareOfPeak() {
    return matrixSeconds() / measured.seconds();
  }

  double waiting() {
    return Math.max(0, measured.seconds() - measured.launching());
  }

  /** Two lines. */
  String text() {
    return String.format(
        Locale.ROOT,
        "%-22s %,11.0f tokens/s  %8.3f TFLOP/s  %5.1f %% of peak  %7s  round %.4f s (%s)%n"
            + "%-22s launching %.4f s, waiting %.4f s; products at peak %.4f s of %.4f s%s",
        measured.work(),
        measured.tokensPerSecond(),
        measured.flopsPerSecond() / 1e12,
        100 * shareOfPeak(),
        memory(),
        measured.seconds(),
        measured.note(),
        "",
        measured.launching(),
        waiting(),
        matrixSeconds(),
        measured.seconds(),
        bound());
  }

  /** All of it for programs. */
  ObjectNode json() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("work", measured.work())
        .put("tokens_per_second", measured.tokensPerSecond())
        .put("model_flops_per_second", measured.flopsPerSecond())
        .put("share_of_peak", shareOfPeak())
        .put("seconds", measured.seconds())
        .put("matrix_seconds", matrixSeconds())
        .put("launching_seconds", measured.launching())
        .put("waiting_seconds", waiting())
        .put("tokens", measured.tokens())
        .put("flops_per_token", measured.flops())
        .put("devices", measured.devices())
        .put("memory_bytes", measured.memoryBytes())
        .put("note", measured.note());
  }

  private String memory() {
    long bytes = measured.memoryBytes();
    return bytes == 0 ? "" : String.format(Locale.ROOT, "%.1f GiB", bytes / GIB);
  }

  /** On a processor the calls themselves compute, so that launching says nothing. */
  private String bound() {
    if (measured.memoryBytes() == 0) {
      return "";
    }
    return waiting() < HOST_BOUND * measured.seconds()
        ? "; the host is the limit, more tokens at a time may help"
        : "; the device is the limit";
  }
}
