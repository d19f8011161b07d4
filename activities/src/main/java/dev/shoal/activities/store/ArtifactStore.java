package dev.shoal.activities.store;

import dev.shoal.workflows.ArtifactRef;
import java.nio.file.Path;

/** Immutable folders, found by the digest of their manifest. */
public interface ArtifactStore {

  /**
   * Takes a finished folder over; putting the same content twice keeps one.
   *
   * @param folder becomes the store's; must be on the store's file system, see {@link #workFolder}
   */
  ArtifactRef put(Path folder, String kind);

  /**
   * The folder of an artifact, its files checked against the digest.
   *
   * @throws ArtifactDamagedException if files are missing or changed
   */
  Path open(ArtifactRef artifact);

  /** Where an artifact lies or would lie. */
  Path locate(String sha256);

  /** An empty folder for one attempt; what an earlier attempt of the same name left is deleted. */
  Path workFolder(String name);

  /** Where the checkpoints of a computation are kept, a folder per epoch and step below it. */
  Path checkpointFolder(String key);
}
