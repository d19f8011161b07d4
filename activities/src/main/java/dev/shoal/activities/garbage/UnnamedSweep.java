package dev.shoal.activities.garbage;

import dev.shoal.activities.store.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Folders among the artifacts that no row names, or that were given up and not yet deleted. */
final class UnnamedSweep {

  private final Sweep sweep;

  UnnamedSweep(Sweep sweep) {
    this.sweep = sweep;
  }

  void run() throws IOException {
    Pages.of(
        sweep.root().resolve("objects"),
        prefixes -> {
          for (Path prefix : prefixes) {
            Pages.of(prefix, this::read);
          }
        });
  }

  /**
   * Whether this database has named any of the store's older folders; true where there are none.
   */
  boolean isOwnStore() throws IOException {
    int[] seen = new int[2];
    Pages.of(
        sweep.root().resolve("objects"),
        prefixes -> {
          for (Path prefix : prefixes) {
            if (seen[1] == 0) {
              Pages.of(prefix, page -> count(page, seen));
            }
          }
        });
    return seen[0] == 0 || seen[1] > 0;
  }

  private void count(List<Path> page, int[] seen) throws IOException {
    List<Path> old = new ArrayList<>();
    for (Path folder : page) {
      if (!sweep.trash().isYoung(folder)) {
        old.add(folder);
      }
    }
    List<String> names = names(old);
    seen[0] += names.size();
    seen[1] += seen[1] > 0 ? 0 : sweep.garbage().known(names).size();
  }

  private void read(List<Path> page) throws IOException {
    Set<String> present = sweep.garbage().present(names(page));
    for (Path folder : page) {
      String name = folder.getFileName().toString();
      if (isDigest(name) && !present.contains(name) && !sweep.trash().isYoung(folder)) {
        long bytes = Folders.bytes(folder);
        if (!sweep.delete() || sweep.trash().take(folder)) {
          sweep.tallies().add("folder without a row", bytes);
        }
      }
    }
  }

  private static List<String> names(List<Path> page) {
    return page.stream()
        .map(folder -> folder.getFileName().toString())
        .filter(UnnamedSweep::isDigest)
        .toList();
  }

  private static boolean isDigest(String name) {
    return name.matches("[0-9a-f]{64}");
  }
}
