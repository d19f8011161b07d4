package dev.shoal.worker.runs;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Speed and time left of work that says only how far it is, as seen since it was first looked at.
 */
final class Pace {

  /** Heartbeats come every three seconds; what was seen for less time says little. */
  private static final double SHORTEST_SECONDS = 6;

  /**
   * What was seen first.
   *
   * @param done units done then
   * @param nanos when
   */
  private record Begin(double done, long nanos) {}

  private final Map<String, Begin> begins = new HashMap<>();
  private final Map<String, Double> before = new HashMap<>();

  /**
   * What can be said now.
   *
   * @param work what is measured; another phase is another work
   * @param done units done
   * @param total units in all; 0 where that is not known
   * @param nanos the time, as of {@link System#nanoTime}
   */
  Optional<String> words(String work, double done, double total, long nanos) {
    Double last = before.put(work, done);
    if (last == null || done < last) {
      begins.put(work, new Begin(done, nanos)); // also where it begins again
    }
    Begin begin = begins.get(work);
    double seconds = (nanos - begin.nanos) / 1e9;
    double perSecond = (done - begin.done) / seconds;
    if (seconds < SHORTEST_SECONDS || perSecond <= 0) {
      return Optional.empty();
    }
    String rate =
        perSecond >= 1
            ? String.format(Locale.ROOT, "%,.1f/s", perSecond)
            : String.format(Locale.ROOT, "%.1f/min", perSecond * 60);
    return Optional.of(
        total > done
            ? rate + " · " + PendingActivity.words((total - done) / perSecond) + " left"
            : rate);
  }
}
