package dev.shoal.activities;

import dev.shoal.models.tokens.TokenFile;
import dev.shoal.models.tokens.Windows;
import dev.shoal.workflows.request.Calibration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which windows of a data set's training text serve what. All come from one seeded order without
 * overlap: the first are for calibration and building, the next for affinity.
 */
final class WindowSets {

  private final Windows windows;
  private final Calibration calibration;

  WindowSets(TokenFile train, Calibration calibration) {
    this.windows =
        new Windows(train, calibration.windowTokens(), calibration.seed(), "calibration");
    this.calibration = calibration;
  }

  List<int[]> calibration() {
    return range(0, calibration.windows());
  }

  /** Those that calibration did not see. */
  List<int[]> affinity() {
    return range(calibration.windows(), calibration.windows() + calibration.affinityWindows());
  }

  /**
   * A member's share of a group's windows: equal parts, the first members get what is left over.
   *
   * @param member index in the group
   * @param members size of the group
   */
  List<int[]> building(int member, int members) {
    int share = calibration.windows() / members;
    int extra = member < calibration.windows() % members ? 1 : 0;
    return range(0, share + extra);
  }

  private List<int[]> range(int from, int to) {
    return IntStream.range(from, to).mapToObj(windows::get).toList();
  }
}
