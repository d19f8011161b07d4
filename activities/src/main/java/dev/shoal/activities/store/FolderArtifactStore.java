package dev.shoal.activities.store;

import dev.shoal.models.checkpoint.FolderManifest;
import dev.shoal.workflows.ArtifactRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/**
 * Artifacts below one folder, which several hosts may share: {@code objects/ab/abcd...}, beside it
 * {@code work} and {@code checkpoints}.
 */
public final class FolderArtifactStore implements ArtifactStore {

  private final Path root;
  private final DigestMemory digests;

  /** Over a folder that is made if need be. */
  public FolderArtifactStore(Path root, DigestMemory digests) {
    this.root = root;
    this.digests = digests;
  }

  @Override
  public ArtifactRef put(Path folder, String kind) {
    FolderManifest manifest = digests.manifest(folder);
    ArtifactRef artifact = ArtifactManifests.ref(manifest, kind);
    Path place = locate(artifact.sha256());
    try {
      Files.createDirectories(place.getParent());
      if (renewed(place) && isIntact(artifact)) {
        Folders.delete(folder);
      } else {
        Folders.delete(place);
        Folders.sync(folder);
        renewed(folder);
        move(folder, place);
      }
      return artifact;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Begins the folder's grace: garbage collection leaves alone what is young, and looks again after
   * it has taken a folder away. False if there is none.
   */
  private static boolean renewed(Path folder) throws IOException {
    try {
      Files.setLastModifiedTime(folder, FileTime.from(Instant.now()));
      return Files.isDirectory(folder);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Another attempt may have put the same content there meanwhile. */
  private static void move(Path folder, Path place) throws IOException {
    try {
      Files.move(folder, place, StandardCopyOption.ATOMIC_MOVE);
      Folders.syncEntry(place.getParent());
    } catch (FileSystemException e) {
      if (!renewed(place)) {
        throw e;
      }
      Folders.delete(folder);
    }
  }

  @Override
  public Path open(ArtifactRef artifact) {
    Path place = locate(artifact.sha256());
    if (!Files.isDirectory(place)) {
      throw damaged(artifact, "is missing from " + place);
    }
    if (!isIntact(artifact)) {
      throw damaged(artifact, "has changed files in " + place);
    }
    return place;
  }

  private boolean isIntact(ArtifactRef artifact) {
    return digests.manifest(locate(artifact.sha256())).sha256().equals(artifact.sha256());
  }

  private static ArtifactDamagedException damaged(ArtifactRef artifact, String what) {
    return new ArtifactDamagedException(
        artifact.sha256(),
        "artifact %s (%s) %s".formatted(artifact.shortDigest(), artifact.kind(), what));
  }

  @Override
  public Path locate(String sha256) {
    return root.resolve("objects").resolve(sha256.substring(0, 2)).resolve(sha256);
  }

  @Override
  public Path workFolder(String name) {
    Path folder = root.resolve("work").resolve(name);
    try {
      Folders.delete(folder);
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Path checkpointFolder(String key) {
    return root.resolve("checkpoints").resolve(key);
  }
}
