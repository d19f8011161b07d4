package dev.shoal.workflows.stages;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.shoal.workflows.ArtifactRef;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.List;

/** Lets a run begin from what another one has trained. */
@ActivityInterface
public interface ForkActivities {

  /**
   * Keeps a checkpoint as an artifact of this run, whatever becomes of the run that it is from.
   *
   * <p>Idempotent: a finished computation is returned. Final failure: {@code ArtifactCorrupt}.
   */
  @ActivityMethod(name = "takeCheckpoint")
  StageOutcome takeCheckpoint(Task task);

  /**
   * What to keep.
   *
   * @param run for whom
   * @param origin the checkpoint
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Task(RunRef run, Origin origin) {}

  /**
   * A checkpoint, and what it continues.
   *
   * @param stage that it belongs to
   * @param tokens that were read until then
   * @param checkpoint its digest and size
   * @param inputs of the training, by role; the mixture is {@code moe}
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Origin(
      TrainingActivities.Stage stage,
      long tokens,
      ArtifactRef checkpoint,
      List<NamedArtifact> inputs) {

    /** Keeps its own copy. */
    public Origin {
      inputs = List.copyOf(inputs);
    }

    /** The mixture whose training goes on. */
    public ArtifactRef mixture() {
      return inputs.stream()
          .filter(input -> input.name().equals("moe"))
          .map(NamedArtifact::artifact)
          .findFirst()
          .orElseThrow();
    }
  }
}
