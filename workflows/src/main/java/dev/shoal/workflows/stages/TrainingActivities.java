package dev.shoal.workflows.stages;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.shoal.workflows.ArtifactRef;
import dev.shoal.workflows.request.Numerics;
import dev.shoal.workflows.request.Training;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.List;

/** Retrains a mixture, a segment at a time. */
@ActivityInterface
public interface TrainingActivities {

  /**
   * Trains until the segment's time is up or the stage is done.
   *
   * <p>Idempotent: a finished computation is returned. Goes on from the newest checkpoint whose
   * digest holds, and writes one when told to stop. Heartbeats phase, step, loss and speed. Final
   * failures: {@code Diverged}, {@code NoProgress}, {@code ArtifactCorrupt}.
   */
  @ActivityMethod(name = "train")
  Segment train(Task task);

  /** The two training stages. */
  enum Stage {
    /** Routers only, every expert active. */
    ROUTER,
    /** Adapters, norms and routers, the chosen experts active. */
    EXPERTS;

    /** As the stage is called in the table of stages. */
    public String stageName() {
      return this == ROUTER ? "train router" : "train experts";
    }
  }

  /**
   * What to train.
   *
   * @param run for whom
   * @param stage which stage
   * @param model the dense checkpoint, also the teacher
   * @param moe the mixture to start from
   * @param tokens of every data set to train on
   * @param weights of the data sets, in the same order
   * @param training resolved settings
   * @param numerics device and precision
   * @param checkpointSeconds time between checkpoints
   * @param segmentSeconds time after which the activity returns
   * @param from the checkpoint of another run to begin from; null to begin at step 0
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Task(
      RunRef run,
      Stage stage,
      ArtifactRef model,
      ArtifactRef moe,
      List<NamedArtifact> tokens,
      List<Double> weights,
      Training training,
      Numerics numerics,
      int checkpointSeconds,
      int segmentSeconds,
      From from) {}

  /**
   * Where a forked stage begins.
   *
   * @param checkpoint weights and moments
   * @param step optimizer steps done, of this stage's batches
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record From(ArtifactRef checkpoint, long step) {}

  /**
   * How far a segment came.
   *
   * @param outcome the trained mixture; null until the stage is done
   * @param step optimizer steps done
   * @param totalSteps optimizer steps of the stage
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Segment(StageOutcome outcome, long step, long totalSteps) {}
}
