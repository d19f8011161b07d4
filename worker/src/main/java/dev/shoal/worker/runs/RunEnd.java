package dev.shoal.worker.runs;

import dev.shoal.workflows.ComparisonResult;
import dev.shoal.workflows.ReconstructionResult;

/** How watching a run ended. */
public sealed interface RunEnd {

  /**
   * It is finished.
   *
   * @param result what it gave
   */
  record Succeeded(ReconstructionResult result) implements RunEnd {}

  /**
   * A comparison is finished.
   *
   * @param result what it gave
   */
  record Compared(ComparisonResult result) implements RunEnd {}

  /**
   * It ended without a result.
   *
   * @param type stable name of the failure, or CANCELED, TERMINATED, TIMED_OUT
   * @param message for people
   */
  record Failed(String type, String message) implements RunEnd {}

  /**
   * It is open and waits for a decision.
   *
   * @param workflowId which run; one of those of a comparison
   * @param stage which stage
   * @param reason what happened there
   */
  record NeedsAttention(String workflowId, String stage, String reason) implements RunEnd {

    /** The reason, and what a person can do next. */
    public String steps() {
      return """
          The stage "%2$s" needs attention: %3$s
            shoal resume %1$s --stage "%2$s" --retry   try again, from the last checkpoint
            shoal resume %1$s --stage "%2$s" --skip    leave the stage out, where that makes sense
            shoal resume %1$s --stage "%2$s" --abort   give the run up"""
          .formatted(workflowId, stage, reason);
    }
  }
}
