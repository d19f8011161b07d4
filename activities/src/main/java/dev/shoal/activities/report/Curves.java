package dev.shoal.activities.report;

import dev.shoal.activities.report.Chart.Line;
import dev.shoal.activities.report.Chart.XY;
import dev.shoal.activities.report.ReportData.Point;
import java.util.ArrayList;
import java.util.List;

/**
 * How noisy numbers by step become curves: smoothed by a centred moving mean, then thinned out
 * evenly, as more points than a picture has pixels tell nothing.
 *
 * @param window points that a mean is taken over, odd; 1 where curves are too short to smooth
 * @param most points that are kept of each curve, and its last
 * @param longest points of the longest curve
 */
record Curves(int window, int most, int longest) {

  private static final int MOST_POINTS = 1000;

  /** Shorter curves are drawn as they are. */
  private static final int SMOOTHED_FROM = 20;

  /** Points on each side of a point: this part of the longest curve. */
  private static final int PART = 20;

  /**
   * For curves of one picture.
   *
   * @param room points of all of them together
   */
  static Curves of(List<ReportData.Series> series, int room) {
    int longest = series.stream().mapToInt(s -> s.points().size()).max().orElse(0);
    int window = longest < SMOOTHED_FROM ? 1 : 2 * (longest / PART) + 1;
    return new Curves(window, Math.min(MOST_POINTS, room / Math.max(1, series.size())), longest);
  }

  /**
   * One curve.
   *
   * @param before steps before its first
   */
  Line line(String name, List<Point> points, long before) {
    int every = Math.max(1, (points.size() + most - 1) / most);
    List<XY> kept = new ArrayList<>();
    List<Double> smooth = new ArrayList<>();
    for (int p = 0; p < points.size(); p++) {
      if (p % every == 0 || p == points.size() - 1) {
        kept.add(new XY(before + points.get(p).step(), points.get(p).value()));
        smooth.add(mean(points, p));
      }
    }
    return new Line(name, kept, window == 1 ? List.of() : smooth);
  }

  /** Over the points around it, at the ends over those that there are. */
  private double mean(List<Point> points, int place) {
    int from = Math.max(0, place - window / 2);
    int to = Math.min(points.size(), place + window / 2 + 1);
    return points.subList(from, to).stream().mapToDouble(Point::value).average().orElseThrow();
  }

  /** What a reader has to know of them. */
  String words() {
    String smoothed =
        window == 1
            ? ""
            : " Curves are the mean over the %d steps around each, fewer at the ends; the faint ones behind them are the steps themselves."
                .formatted(window);
    return smoothed + (longest > most ? " Long curves show every n-th step and the last." : "");
  }
}
