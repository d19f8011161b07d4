package dev.shoal.migrations;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * Everything a finished attempt leaves behind, written in one transaction.
 *
 * @param output what the stage answers
 * @param seconds time the result took to compute, over all attempts
 * @param inputs artifacts that were read; they must be in the catalog
 * @param outputs artifacts that were written; they are added to the catalog
 * @param metrics last numbers
 */
public record Commit(
    JsonNode output,
    double seconds,
    List<InputArtifact> inputs,
    List<OutputArtifact> outputs,
    List<MetricRow> metrics) {

  /** Copies the lists. */
  public Commit {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    metrics = List.copyOf(metrics);
  }

  /**
   * An artifact that was read.
   *
   * @param role what it was to the stage
   * @param sha256 its digest
   */
  public record InputArtifact(String role, String sha256) {}

  /**
   * An artifact that was written.
   *
   * @param role what it is to the stage
   * @param artifact what it is
   * @param uri where its bytes are
   */
  public record OutputArtifact(String role, NewArtifact artifact, String uri) {}
}
