package dev.shoal.workflows.stages;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.shoal.workflows.ArtifactRef;
import dev.shoal.workflows.ReconstructionResult;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.List;

/** Keeps the run's row in step with the plot. */
@ActivityInterface
public interface RunActivities {

  /** Records that the run works again or needs attention; repeating it changes nothing. */
  @ActivityMethod(name = "recordState")
  void recordState(StateChange change);

  /** Records the end of a run that gave no result; repeating it changes nothing. */
  @ActivityMethod(name = "recordEnd")
  void recordEnd(End end);

  /** Sums the run up, records it as succeeded and returns the sum; repeating it changes nothing. */
  @ActivityMethod(name = "conclude")
  ReconstructionResult conclude(Conclusion conclusion);

  /**
   * A state on the way.
   *
   * @param run which
   * @param state RUNNING, PAUSED or NEEDS_ATTENTION
   * @param reason for people; empty when it works
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record StateChange(RunRef run, String state, String reason) {}

  /**
   * An end without a result.
   *
   * @param run which; null when inspection failed before there was one
   * @param status FAILED or CANCELED
   * @param failureType stable name
   * @param message for people
   * @param requestJson the request as the user wrote it, for a run that inspection refused; null if
   *     what arrived was no text
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record End(RunRef run, String status, String failureType, String message, String requestJson) {}

  /**
   * What a finished run made.
   *
   * @param run which
   * @param scores of every judged model, by name
   * @param moe the final mixture
   * @param export the checkpoint; null if there is none
   * @param gguf the GGUF file; null if there is none
   * @param exportNote why there is none
   * @param report the page; null if it was skipped
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Conclusion(
      RunRef run,
      List<NamedArtifact> scores,
      ArtifactRef moe,
      ArtifactRef export,
      ArtifactRef gguf,
      String exportNote,
      ArtifactRef report) {}
}
