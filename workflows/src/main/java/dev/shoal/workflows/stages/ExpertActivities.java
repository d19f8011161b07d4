package dev.shoal.workflows.stages;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.shoal.workflows.ArtifactRef;
import dev.shoal.workflows.request.Calibration;
import dev.shoal.workflows.request.Experts;
import dev.shoal.workflows.request.Numerics;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.List;

/** Cuts the experts and puts them together. */
@ActivityInterface
public interface ExpertActivities {

  /**
   * Makes the experts: one per group of data sets, or as the request says from one sample of all.
   *
   * <p>Idempotent: a finished computation is returned. Heartbeats windows and layers; a retry
   * starts again. Final failures: {@code ArtifactCorrupt}.
   */
  @ActivityMethod(name = "buildExperts")
  StageOutcome buildExperts(BuildTask task);

  /**
   * Writes the manifest of the mixture: the dense checkpoint, the experts and the router's seed.
   *
   * <p>Idempotent as {@link #buildExperts}; takes milliseconds, copies no weights.
   */
  @ActivityMethod(name = "reassemble")
  StageOutcome reassemble(ReassembleTask task);

  /**
   * What to build.
   *
   * @param run for whom
   * @param model the dense checkpoint
   * @param grouping which data sets make an expert; null where one sample of all makes every expert
   * @param statistics of every data set; none where the sample itself is read
   * @param tokens of every data set
   * @param experts shape of the mixture
   * @param calibration which windows
   * @param numerics device and precision; null in older histories: cpu and float32
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record BuildTask(
      RunRef run,
      ArtifactRef model,
      ArtifactRef grouping,
      List<NamedArtifact> statistics,
      List<NamedArtifact> tokens,
      Experts experts,
      Calibration calibration,
      Numerics numerics) {}

  /**
   * What to put together.
   *
   * @param run for whom
   * @param model the dense checkpoint
   * @param built the experts
   * @param experts shape of the mixture
   * @param seed start of the router
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record ReassembleTask(
      RunRef run, ArtifactRef model, ArtifactRef built, Experts experts, long seed) {}
}
