package dev.shoal.worker.runs;

import java.io.PrintWriter;

/**
 * Lines that stay, and on a terminal one last line that is written over.
 *
 * <p>Not for several threads.
 */
public final class Screen {

  private static final int DEFAULT_WIDTH = 80;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintWriter out;
  private final boolean live;
  private final int width;
  private boolean dirty;

  /**
   * Writes there.
   *
   * @param live whether it is a terminal
   */
  public Screen(PrintWriter out, boolean live) {
    this.out = out;
    this.live = live;
    this.width = width();
  }

  private static int width() {
    String columns = System.getenv().getOrDefault("COLUMNS", "");
    return columns.matches("\\d{2,4}") ? Integer.parseInt(columns) : DEFAULT_WIDTH;
  }

  /** Whether a person sees the last line change. */
  public boolean isLive() {
    return live;
  }

  /** A line that stays. */
  public void line(String text) {
    clear();
    out.println(text);
    out.flush();
  }

  /** Writes over the last line; nothing where that cannot be done. */
  public void live(String text) {
    if (live) {
      String line = text.length() < width ? text : text.substring(0, width - 2) + "…";
      out.print(CLEAR_LINE + line);
      out.flush();
      dirty = true;
    }
  }

  /** Takes the last line away. */
  public void clear() {
    if (dirty) {
      out.print(CLEAR_LINE);
      out.flush();
      dirty = false;
    }
  }
}
