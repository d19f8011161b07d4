package dev.shoal.activities.stage;

import dev.shoal.activities.store.Folders;
import dev.shoal.models.checkpoint.FolderManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;

/**
 * Checkpoints on the disk: each folder is there whole or not at all, and others stay as they are.
 */
final class CheckpointFolders {

  private CheckpointFolders() {}

  /**
   * Written beside its place, made durable, renamed; what an earlier try left is deleted.
   *
   * @param writer fills the folder
   */
  static FolderManifest write(Path place, Consumer<Path> writer) throws IOException {
    Path beside = place.resolveSibling("." + place.getFileName() + ".partial");
    Folders.delete(beside);
    Folders.delete(place);
    Files.createDirectories(beside);
    writer.accept(beside);
    FolderManifest manifest = FolderManifest.of(beside);
    Folders.sync(beside);
    Files.move(beside, place, StandardCopyOption.ATOMIC_MOVE);
    return manifest;
  }
}
