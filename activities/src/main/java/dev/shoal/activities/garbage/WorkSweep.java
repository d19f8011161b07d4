package dev.shoal.activities.garbage;

import dev.shoal.activities.store.Folders;
import dev.shoal.migrations.Garbage.KeptFolders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Work folders of attempts that are over: {@code work/KEY-EPOCH}. */
final class WorkSweep {

  private static final Pattern NAME = Pattern.compile("([0-9a-f]{64})-(\\d+)");

  private final Sweep sweep;

  WorkSweep(Sweep sweep) {
    this.sweep = sweep;
  }

  void run() throws IOException {
    Pages.of(sweep.root().resolve("work"), this::read);
  }

  private void read(List<Path> page) throws IOException {
    List<Matcher> names = page.stream().map(p -> NAME.matcher(p.getFileName().toString())).toList();
    List<String> keys = names.stream().filter(Matcher::matches).map(m -> m.group(1)).toList();
    List<KeptFolders> kept = sweep.garbage().folders(keys, sweep.grace());
    for (int i = 0; i < page.size(); i++) {
      Matcher name = names.get(i);
      if (name.matches() && !isAtWork(kept, name) && !sweep.trash().isYoung(page.get(i))) {
        take(page.get(i));
      }
    }
  }

  private static boolean isAtWork(List<KeptFolders> kept, Matcher name) {
    long epoch = Long.parseLong(name.group(2));
    return kept.stream()
        .filter(folders -> folders.key().equals(name.group(1)))
        .anyMatch(folders -> folders.epochAtWork().filter(e -> e == epoch).isPresent());
  }

  private void take(Path folder) throws IOException {
    long bytes = Folders.bytes(folder);
    if (!sweep.delete() || sweep.trash().discard(folder, folder.getFileName().toString())) {
      sweep.tallies().add("work folder", bytes);
    }
  }
}
