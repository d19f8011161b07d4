package dev.shoal.activities.store;

import dev.shoal.models.checkpoint.FolderManifest;
import dev.shoal.workflows.ArtifactRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

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
      if (Files.exists(place) && !isIntact(artifact)) {
        Folders.delete(place);
      }
      if (Files.exists(place)) {
        Folders.delete(folder);
      } else {
        Folders.sync(folder);
        Files.move(folder, place, StandardCopyOption.ATOMIC_MOVE);
        Folders.syncEntry(place.getParent());
      }
      return artifact;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
