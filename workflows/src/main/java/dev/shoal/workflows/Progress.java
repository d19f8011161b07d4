package dev.shoal.workflows;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * How far a run is.
 *
 * @param runId row in the database; null until inspection opened it
 * @param state RUNNING, PAUSED or NEEDS_ATTENTION; SUCCEEDED, FAILED or CANCELED at the end
 * @param stages in the order they began
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Progress(String runId, String state, List<Stage> stages) {

  /** Keeps its own copy. */
  public Progress {
    stages = List.copyOf(stages);
  }

  /**
   * One stage.
   *
   * @param name in the table of stages
   * @param state RUNNING, PAUSED, COMPUTED, REUSED, SKIPPED or NEEDS_ATTENTION
   * @param note origin of a reuse, or the reason for attention
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Stage(String name, String state, String note) {}
}
