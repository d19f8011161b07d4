package dev.shoal.worker.commands;

import dev.shoal.migrations.RunRow;
import dev.shoal.worker.runs.RunFinder;
import dev.shoal.worker.wiring.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file that a page goes to. */
final class PageFile {

  private PageFile() {}

  /**
   * Writes it.
   *
   * @param asked where to; null for a name of its own in this folder
   * @param name what the page is about
   * @param run the first that it is about
   * @return where it is, absolute
   */
  static Path write(Path asked, String name, RunRow run, String page) {
    Path target =
        asked == null
            ? Path.of(
                "%s-%s.html"
                    .formatted(name.replaceAll("[^A-Za-z0-9._-]+", "_"), RunFinder.shortId(run)))
            : asked;
    try {
      Files.writeString(target, page);
    } catch (IOException e) {
      throw UserError.failed(
          "%s cannot be written (%s); choose another file with --output."
              .formatted(target, e.getMessage()));
    }
    return target.toAbsolutePath();
  }
}
