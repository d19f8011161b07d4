package dev.shoal.workflows;

import java.util.Set;

/** The stable names of failures: what a user searches for and retry policies refer to. */
public final class FailureTypes {

  /** The request or its data are wrong; fails the run. */
  public static final String INVALID_INPUT = "InvalidInput";

  /** The model is of a kind that Shoal cannot reconstruct; fails the run. */
  public static final String MODEL_UNSUPPORTED = "ModelUnsupported";

  /** An input file contradicts itself or its digest; fails the run. */
  public static final String ARTIFACT_CORRUPT = "ArtifactCorrupt";

  /** Three attempts in a row began at the same step; parks the run. */
  public static final String NO_PROGRESS = "NoProgress";

  /** A newer attempt owns the computation; this one stops and commits nothing. */
  public static final String SUPERSEDED = "Superseded";

  /** Another run is working on the same computation; retried when its lease may have ended. */
  public static final String BUSY = "Busy";

  /** The device ran out of memory. */
  public static final String OUT_OF_DEVICE_MEMORY = "OutOfDeviceMemory";

  /** PostgreSQL cannot be reached; retried. */
  public static final String DATABASE_UNAVAILABLE = "DatabaseUnavailable";

  /** A disk is full, read-only or gone; retried. */
  public static final String STORAGE_UNAVAILABLE = "StorageUnavailable";

  /** The loss is not a number; parks the run. */
  public static final String DIVERGED = "Diverged";

  /** The user gave the run up when it needed attention. */
  public static final String ABORTED = "Aborted";

  /** Some runs of a comparison failed. */
  public static final String INCOMPLETE = "Incomplete";

  /** What no retry can mend because the input itself is wrong. */
  public static final Set<String> OF_INPUT =
      Set.of(INVALID_INPUT, MODEL_UNSUPPORTED, ARTIFACT_CORRUPT);

  /** What Temporal must not retry. */
  private static final Set<String> FINAL =
      Set.of(INVALID_INPUT, MODEL_UNSUPPORTED, ARTIFACT_CORRUPT, NO_PROGRESS, SUPERSEDED, DIVERGED);

  private FailureTypes() {}

  /** The types in a policy's do-not-retry list. */
  static String[] nonRetryable() {
    return FINAL.stream().sorted().toArray(String[]::new);
  }
}
