package dev.shoal.workflows;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * Names an immutable artifact by content; its bytes never travel through Temporal.
 *
 * @param sha256 digest of the artifact's manifest, 64 hex digits
 * @param kind what it is: model, corpus, tokens, statistics, affinity, grouping, experts, moe,
 *     scores, export, report, checkpoint
 * @param bytes size of all its files
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ArtifactRef(String sha256, String kind, long bytes) {

  /** The first twelve digits, as people are shown it. */
  public String shortDigest() {
    return sha256.substring(0, Math.min(12, sha256.length()));
  }
}
