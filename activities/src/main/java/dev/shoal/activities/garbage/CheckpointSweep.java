package dev.shoal.activities.garbage;

import dev.shoal.activities.store.Folders;
import dev.shoal.migrations.Checkpoint;
import dev.shoal.migrations.Garbage.KeptFolders;
import dev.shoal.models.checkpoint.FolderManifest;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checkpoints that nobody goes on from: {@code checkpoints/KEY/EPOCH-STEP}, and beside them {@code
 * .EPOCH-STEP.partial} of writers that died.
 */
final class CheckpointSweep {

  private static final Pattern KEY = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern NAME = Pattern.compile("\\.?((\\d+)-\\d+)(\\.partial)?");

  private final Sweep sweep;
  private final Set<String> pinned;

  CheckpointSweep(Sweep sweep) {
    this.sweep = sweep;
    this.pinned = sweep.garbage().pinnedCheckpoints();
  }

  void run() throws IOException {
    Pages.of(sweep.root().resolve("checkpoints"), this::read);
  }

  private void read(List<Path> page) throws IOException {
    List<Path> folders =
        page.stream().filter(f -> KEY.matcher(f.getFileName().toString()).matches()).toList();
    List<String> keys = folders.stream().map(f -> f.getFileName().toString()).toList();
    List<KeptFolders> kept = sweep.garbage().folders(keys, sweep.grace());
    for (Path folder : folders) {
      String key = folder.getFileName().toString();
      Optional<KeptFolders> own = kept.stream().filter(k -> k.key().equals(key)).findFirst();
      Pages.of(folder, entries -> read(key, own, entries));
      removeIfEmpty(folder);
    }
  }

  private void read(String key, Optional<KeptFolders> kept, List<Path> entries) throws IOException {
    for (Path entry : entries) {
      Matcher name = NAME.matcher(entry.getFileName().toString());
      if (name.matches()
          && kept.filter(folders -> keeps(folders, name)).isEmpty()
          && !sweep.trash().isYoung(entry)
          && !isPinned(entry)) {
        take(key, entry);
      }
    }
  }

  private static boolean keeps(KeptFolders kept, Matcher name) {
    boolean atWork = kept.epochAtWork().filter(e -> e == Long.parseLong(name.group(2))).isPresent();
    return atWork
        || kept.checkpoints().stream()
            .map(Checkpoint::path)
            .anyMatch(path -> Path.of(path).getFileName().toString().equals(name.group()));
  }

  private boolean isPinned(Path entry) {
    return !pinned.isEmpty() && pinned.contains(FolderManifest.of(entry).sha256());
  }

  private void take(String key, Path entry) throws IOException {
    String name = entry.getFileName().toString();
    long bytes = Folders.bytes(entry);
    if (sweep.delete()) {
      if (!sweep.garbage().forgetCheckpoint(key, name, sweep.grace())) {
        return;
      }
      sweep.witness().accept("forgotten");
      sweep.trash().discard(entry, key + "-" + name);
    }
    sweep.tallies().add("checkpoint", bytes);
  }

  /** Not at once: a writer may have made it to put something in. */
  private void removeIfEmpty(Path folder) throws IOException {
    if (sweep.delete() && !sweep.trash().isYoung(folder)) {
      try {
        Files.deleteIfExists(folder);
      } catch (DirectoryNotEmptyException e) {
        return; // something is kept
      }
    }
  }
}
