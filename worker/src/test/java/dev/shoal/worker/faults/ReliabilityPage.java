package dev.shoal.worker.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The rows that one class of tests writes into {@code docs/reliability.md}. */
final class ReliabilityPage {

  private static final Path PAGE =
      Path.of("").toAbsolutePath().getParent().resolve("docs").resolve("reliability.md");

  private final String section;
  private final List<String> rows = new ArrayList<>();

  /**
   * @param section name in the page's comments that begin and end the rows
   */
  ReliabilityPage(String section) {
    this.section = section;
  }

  /**
   * A fault that was survived; it is on the page at once.
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
    rows.add("| %s | %s | %s | %d | %s |".formatted(fault, how, seconds, repeated, end));
    write();
  }

  /** Puts the rows in place of those of an earlier time. */
  private void write() throws IOException {
    String page = Files.readString(PAGE);
    String begin = "<!-- rows of " + section + " -->\n";
    String end = "<!-- end of " + section + " -->";
    int from = page.indexOf(begin);
    int to = page.indexOf(end);
    if (from < 0 || to < 0) {
      throw new IllegalStateException(PAGE + " has no place for " + section);
    }
    String text = String.join("\n", rows) + "\n";
    String head =
        "| fault | how it was done | time to go on | steps repeated | end |\n|---|---|---|---|---|\n";
    Files.writeString(
        PAGE,
        page.substring(0, from + begin.length()) + "\n" + head + text + "\n" + page.substring(to),
        StandardCharsets.UTF_8);
  }
}
