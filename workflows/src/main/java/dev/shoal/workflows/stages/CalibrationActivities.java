package dev.shoal.workflows.stages;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.shoal.workflows.ArtifactRef;
import dev.shoal.workflows.request.Calibration;
import dev.shoal.workflows.request.Experts;
import dev.shoal.workflows.request.Numerics;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.math.BigDecimal;
import java.util.List;

/** What the dense model does on each data set, and how alike the data sets are. */
@ActivityInterface
public interface CalibrationActivities {

  /**
   * Collects the channel statistics of one data set.
   *
   * <p>Idempotent: a finished computation is returned. Heartbeats windows; a retry starts again,
   * the pass being short. Final failures: {@code ArtifactCorrupt}.
   */
  @ActivityMethod(name = "calibrate")
  StageOutcome calibrate(CalibrateTask task);

  /**
   * One row of the affinity matrix: the model pruned for one data set, judged on all.
   *
   * <p>Idempotent as {@link #calibrate}. Heartbeats windows; a retry starts the row again.
   */
  @ActivityMethod(name = "affinity")
  StageOutcome affinity(AffinityTask task);

  /**
   * Clusters the data sets by the rows of the affinity matrix.
   *
   * <p>Idempotent as {@link #calibrate}; takes milliseconds.
   */
  @ActivityMethod(name = "group")
  StageOutcome group(GroupTask task);

  /**
   * What to calibrate on.
   *
   * @param run for whom
   * @param model the dense checkpoint
   * @param tokens the data set's tokens
   * @param calibration which windows
   * @param numerics device and precision; null in older histories: cpu and float32
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record CalibrateTask(
      RunRef run,
      ArtifactRef model,
      NamedArtifact tokens,
      Calibration calibration,
      Numerics numerics) {}

  /**
   * Which row.
   *
   * @param run for whom
   * @param model the dense checkpoint
   * @param statistics of the row's data set
   * @param tokens of every data set, in the order of the columns
   * @param calibration which windows
   * @param width as in the request
   * @param numerics device and precision; null in older histories: cpu and float32
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record AffinityTask(
      RunRef run,
      ArtifactRef model,
      NamedArtifact statistics,
      List<NamedArtifact> tokens,
      Calibration calibration,
      BigDecimal width,
      Numerics numerics) {}

  /**
   * What to cluster.
   *
   * @param run for whom
   * @param rows one affinity artifact per data set
   * @param experts how many groups are wanted
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record GroupTask(RunRef run, List<NamedArtifact> rows, Experts experts) {}
}
