package dev.shoal.worker.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The rows that one class of tests writes into {@code docs/reliability.md}. */
final class ReliabilityPage {

  private static final Path PAGE =
      Path.of("").toAbsolutePath().getParent().resolve("docs").resolve("reliability.md");

  private static final String HEAD =
      "| fault | how it was done | time to go on | steps repeated | end |\n|---|---|---|---|---|\n";

  private final String section;

  /**
   * @param section name in the page's comments that begin and end the rows
   */
  ReliabilityPage(String section) {
    this.section = section;
  }

  /**
   * A fault that was survived; it is on the page at once, in place of the row it had before.
   *
   * @param recovery seconds from the fault to work going on; not finite where nothing was waited
   *     for
   * @param repeated steps done a second time
   * @param end what the end was compared with
   */
  void row(String fault, String how, double recovery, long repeated, String end)
      throws IOException {
    String seconds =
        Double.isFinite(recovery) ? String.format(Locale.ROOT, "%.0f s", recovery) : "-";
    String row = "| %s | %s | %s | %d | %s |".formatted(fault, how, seconds, repeated, end);
    synchronized (ReliabilityPage.class) { // two classes may be at work
      write(fault, row);
    }
  }

  private void write(String fault, String row) throws IOException {
    String page = Files.readString(PAGE);
    String begin = "<!-- rows of " + section + " -->\n";
    int from = page.indexOf(begin) + begin.length();
    int to = page.indexOf("<!-- end of " + section + " -->");
    if (from < begin.length() || to < 0) {
      throw new IllegalStateException(PAGE + " has no place for " + section);
    }
    Map<String, String> rows = new LinkedHashMap<>();
    page.substring(from, to)
        .lines()
        .filter(line -> line.startsWith("| ") && !HEAD.startsWith(line))
        .forEach(line -> rows.put(line.substring(2, line.indexOf(" |", 2)), line));
    rows.put(fault, row);
    String text = "\n" + HEAD + String.join("\n", rows.values()) + "\n\n";
    Files.writeString(PAGE, page.substring(0, from) + text + page.substring(to));
  }
}
