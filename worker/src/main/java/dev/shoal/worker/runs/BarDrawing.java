package dev.shoal.worker.runs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** Draws bars into so many columns and lines. */
final class BarDrawing {

  private static final int NARROWEST_BAR = 8;
  private static final int WIDEST_BAR = 20;
  private static final int LONGEST_NAME = 24;

  /** Eighths of a column. */
  private static final String EIGHTHS = " ▏▎▍▌▋▊▉";

  private final boolean blocks;
  private final boolean colours;

  /**
   * @param blocks whether the terminal's encoding has block elements
   * @param colours whether it may be coloured
   */
  BarDrawing(boolean blocks, boolean colours) {
    this.blocks = blocks;
    this.colours = colours;
  }

  List<AttributedString> lines(List<StageBar> bars, int columns, int rows) {
    List<StageBar> fitting = fitting(bars, rows);
    int name =
        Math.min(LONGEST_NAME, fitting.stream().mapToInt(b -> b.name().length()).max().orElse(0));
    int count = fitting.stream().mapToInt(bar -> count(bar).length()).max().orElse(0);
    int bar = Math.max(NARROWEST_BAR, Math.min(WIDEST_BAR, columns / 4));
    return fitting.stream()
        .map(b -> line(b, name, count, bar).columnSubSequence(0, columns))
        .toList();
  }

  /** What is finished gives way first. */
  private static List<StageBar> fitting(List<StageBar> bars, int rows) {
    if (bars.size() <= rows) {
      return bars;
    }
    List<StageBar> open = bars.stream().filter(bar -> bar.state() != StageBar.State.DONE).toList();
    List<StageBar> fitting = new ArrayList<>();
    int finished = bars.size() - open.size();
    String words = "%d more finished".formatted(finished);
    fitting.add(new StageBar(words, StageBar.State.DONE, finished, finished, ""));
    fitting.addAll(open.subList(0, Math.max(0, Math.min(open.size(), rows - 1))));
    return fitting;
  }

  private AttributedString line(StageBar bar, int name, int count, int width) {
    AttributedStringBuilder line = new AttributedStringBuilder();
    line.append(mark(bar.state()) + " ", style(bar.state()));
    line.append(pad(bar.name(), name)).append("  ");
    line.append(drawn(bar.share(), width), style(bar.state()));
    line.append("  ").append(" ".repeat(count - count(bar).length())).append(count(bar));
    return line.append("  ").append(bar.note()).toAttributedString();
  }

  private static String pad(String name, int width) {
    return name.length() > width
        ? name.substring(0, width - 1) + "…"
        : name + " ".repeat(width - name.length());
  }

  private static String count(StageBar bar) {
    if (bar.total() <= 0) {
      return bar.done() > 0 ? String.format(Locale.ROOT, "%,.0f", bar.done()) : "";
    }
    return String.format(Locale.ROOT, "%,d/%,.0f", (long) bar.done(), bar.total());
  }

  private String drawn(double share, int width) {
    int eighths = (int) Math.floor(share * width * 8);
    if (!blocks) {
      return "[" + "#".repeat(eighths / 8) + "-".repeat(width - eighths / 8) + "]";
    }
    String part = eighths % 8 == 0 ? "" : EIGHTHS.substring(eighths % 8, eighths % 8 + 1);
    String full = "█".repeat(eighths / 8) + part;
    return full + "░".repeat(width - full.length());
  }

  private String mark(StageBar.State state) {
    return switch (state) {
      case DONE -> blocks ? "✓" : "+";
      case RUNNING -> blocks ? "▸" : ">";
      case PAUSED -> "=";
      case NEEDS_ATTENTION -> "!";
      case FAILED -> blocks ? "✗" : "x";
    };
  }

  private AttributedStyle style(StageBar.State state) {
    if (!colours) {
      return AttributedStyle.DEFAULT;
    }
    return AttributedStyle.DEFAULT.foreground(
        switch (state) {
          case DONE -> AttributedStyle.GREEN;
          case RUNNING -> AttributedStyle.CYAN;
          case PAUSED -> AttributedStyle.YELLOW;
          case NEEDS_ATTENTION, FAILED -> AttributedStyle.RED;
        });
  }
}
