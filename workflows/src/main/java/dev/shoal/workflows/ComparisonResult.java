package dev.shoal.workflows;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * What a comparison gave.
 *
 * @param run id of its row in the database
 * @param name its name
 * @param runs what the variations gave, in their order
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ComparisonResult(String run, String name, List<ReconstructionResult> runs) {

  /** Keeps its own copy. */
  public ComparisonResult {
    runs = List.copyOf(runs);
  }
}
