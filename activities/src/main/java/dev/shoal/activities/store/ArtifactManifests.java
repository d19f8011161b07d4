package dev.shoal.activities.store;

import dev.shoal.models.checkpoint.FolderManifest;
import dev.shoal.workflows.ArtifactRef;

/** From the manifest of a folder to the reference that travels. */
public final class ArtifactManifests {

  private ArtifactManifests() {}

  /** The reference of a folder with these files. */
  public static ArtifactRef ref(FolderManifest manifest, String kind) {
    long bytes = manifest.files().stream().mapToLong(FolderManifest.Entry::size).sum();
    return new ArtifactRef(manifest.sha256(), kind, bytes);
  }
}
