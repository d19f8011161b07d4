package dev.shoal.workflows.stages;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.shoal.workflows.ArtifactRef;

/**
 * What a finished stage gives.
 *
 * @param artifact its output; null only where there is a reason for having none
 * @param reused whether an earlier run's result was taken
 * @param note what a person should know: the origin of a reuse, or why there is no output
 * @param perplexity geometric mean over the data sets; null unless a model was judged
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record StageOutcome(ArtifactRef artifact, boolean reused, String note, Double perplexity) {

  /** Of a stage that judges nothing. */
  public StageOutcome(ArtifactRef artifact, boolean reused, String note) {
    this(artifact, reused, note, null);
  }

  /** The same with what the model was judged at. */
  public StageOutcome judged(Double geometricMean) {
    return new StageOutcome(artifact, reused, note, geometricMean);
  }
}
