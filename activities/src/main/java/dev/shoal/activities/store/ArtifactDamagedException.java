package dev.shoal.activities.store;

/** An artifact's files are not what its digest says. */
public final class ArtifactDamagedException extends RuntimeException {

  private final String sha256;

  /** With what is wrong. */
  public ArtifactDamagedException(String sha256, String message) {
    super(message);
    this.sha256 = sha256;
  }

  /** Digest of the damaged artifact. */
  public String sha256() {
    return sha256;
  }
}
