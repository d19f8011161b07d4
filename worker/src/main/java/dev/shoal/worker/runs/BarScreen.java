package dev.shoal.worker.runs;

import dev.shoal.workflows.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;

/** A bar a stage at the bottom of a terminal, drawn over; news are written above them. */
public final class BarScreen implements Screen {

  /** Where a terminal does not say how large it is. */
  private static final Size UNKNOWN = new Size(100, 40);

  private final Terminal terminal;
  private final Display display;
  private final StageBars bars = new StageBars();
  private final BarDrawing drawing;
  private List<StageBar> shown = List.of();
  private boolean closed;

  BarScreen(Terminal terminal) {
    this.terminal = terminal;
    this.display = new Display(terminal, false);
    String noColour = System.getenv().getOrDefault("NO_COLOR", "");
    this.drawing =
        new BarDrawing(terminal.encoding().newEncoder().canEncode('█'), noColour.isEmpty());
  }

  /** The terminal that this process has; empty where it has none that can be drawn over. */
  @SuppressWarnings("SystemConsoleNull") // see the main class
  public static Optional<Screen> open() {
    boolean dumb = System.getenv().getOrDefault("TERM", Terminal.TYPE_DUMB).equals("dumb");
    if (dumb || System.console() == null) {
      return Optional.empty();
    }
    try {
      Terminal terminal = TerminalBuilder.builder().nativeSignals(false).dumb(false).build();
      return Optional.of(new BarScreen(terminal));
    } catch (IOException | IllegalStateException e) {
      return Optional.empty(); // lines will do
    }
  }

  @Override
  public boolean isLive() {
    return true;
  }

  @Override
  public synchronized void line(String text) {
    if (!closed) {
      draw(List.of());
      terminal.writer().println(text);
      terminal.flush();
      draw(shown);
    }
  }

  @Override
  public synchronized void stages(Progress progress, List<PendingActivity> pending) {
    if (!closed) {
      shown = bars.of(progress, pending, System.nanoTime());
      draw(shown);
    }
  }

  private void draw(List<StageBar> stages) {
    Size size = size();
    display.resize(size.getRows(), size.getColumns());
    List<AttributedString> lines =
        new ArrayList<>(drawing.lines(stages, size.getColumns() - 1, size.getRows() - 2));
    lines.add(AttributedString.EMPTY); // here the cursor rests
    display.update(lines, size.cursorPos(lines.size() - 1, 0));
  }

  private Size size() {
    Size size = terminal.getSize();
    return size.getColumns() > 0 && size.getRows() > 0 ? size : UNKNOWN;
  }

  /** The terminal itself is the process's, and closed by the library when that ends. */
  @Override
  public synchronized void close() {
    closed = true;
  }
}
