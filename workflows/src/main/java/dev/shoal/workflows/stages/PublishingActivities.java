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
   * What a run knows of its models.
   *
   * @param request resolved
   * @param grouping the groups; null where experts are for kinds of tokens
   * @param scores perplexities of every judged model, by its name
   * @param tasks scores on tasks, by model and task as {@code trained/arc_easy}
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Story(
      ReconstructionRequest request,
      ArtifactRef grouping,
      List<NamedArtifact> scores,
      List<NamedArtifact> tasks) {}

  /**
   * What to export.
   *
   * @param run for whom
   * @param model the dense checkpoint
   * @param moe the mixture
   * @param format one of those the request asks for
   * @param story what the model card tells
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record ExportTask(
      RunRef run, ArtifactRef model, ArtifactRef moe, Export.Format format, Story story) {}

  /**
   * What to report.
   *
   * @param run for whom
   * @param model the dense checkpoint
   * @param story the numbers
   * @param export the checkpoint; null if there is none
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record ReportTask(RunRef run, ArtifactRef model, Story story, ArtifactRef export) {}
}
