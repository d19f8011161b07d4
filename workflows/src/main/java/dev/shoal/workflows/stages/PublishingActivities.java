package dev.shoal.workflows.stages;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.shoal.workflows.ArtifactRef;
import dev.shoal.workflows.request.Export;
import dev.shoal.workflows.request.ReconstructionRequest;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.List;

/** Writes what leaves Shoal: the checkpoint and the report. */
@ActivityInterface
public interface PublishingActivities {

  /**
   * Writes the mixture as a stock checkpoint and verifies it by loading it back.
   *
   * <p>Idempotent: a finished computation is returned. Where no stock format can hold the mixture
   * the outcome has no artifact and says why. Heartbeats tensors; a retry starts again.
   */
  @ActivityMethod(name = "export")
  StageOutcome export(ExportTask task);

  /**
   * Writes one HTML page with the numbers and where they come from.
   *
   * <p>Idempotent as {@link #export}; takes milliseconds.
   */
  @ActivityMethod(name = "report")
  StageOutcome report(ReportTask task);

  /**
   * What to export.
   *
   * @param run for whom
   * @param model the dense checkpoint
   * @param moe the mixture
   * @param export format and type
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record ExportTask(RunRef run, ArtifactRef model, ArtifactRef moe, Export export) {}

  /**
   * What to report.
   *
   * @param run for whom
   * @param request resolved
   * @param model the dense checkpoint
   * @param grouping the groups
   * @param scores of every judged model, in order
   * @param export the checkpoint; null if there is none
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record ReportTask(
      RunRef run,
      ReconstructionRequest request,
      ArtifactRef model,
      ArtifactRef grouping,
      List<NamedArtifact> scores,
      ArtifactRef export) {}
}
