package dev.shoal.workflows.request;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a user asks for: one object, in the ecosystem's words. Only {@code model} and {@code
 * datasets} are required; {@link RequestReader} fills the rest from a {@link Recipe}, so that no
 * component of a resolved request is null except those documented as optional or automatic.
 *
 * @param version version of this contract, 1
 * @param recipe name of the frozen set of defaults
 * @param name what the user calls the run
 * @param tags free words to find the run by
 * @param description free text; optional
 * @param model folder of a dense Hugging Face checkpoint
 * @param datasets the corpora; a folder in the request becomes one entry per sub-folder or file
 * @param experts shape of the mixture
 * @param calibration how much text decides what is kept
 * @param training how much text retrains it
 * @param evaluation how it is judged
 * @param numerics device and precision
 * @param checkpoint how often training is saved
 * @param export what is written at the end
 */
@JsonNaming(SnakeCaseStrategy.class)
public record ReconstructionRequest(
    Integer version,
    String recipe,
    String name,
    List<String> tags,
    @OptionalField String description,
    String model,
    List<Dataset> datasets,
    Experts experts,
    Calibration calibration,
    Training training,
    Evaluation evaluation,
    Numerics numerics,
    Checkpoint checkpoint,
    Export export) {

  /** Defensive copies; validation is {@link RequestRules}' work. */
  public ReconstructionRequest {
    tags = tags == null ? List.of() : List.copyOf(tags);
    datasets = datasets == null ? List.of() : List.copyOf(datasets);
  }

  /** The same with files elsewhere. */
  public ReconstructionRequest at(String folder, List<Dataset> sets, Evaluation judged) {
    return with(folder, sets, training, judged, numerics);
  }

  /** The same with nothing left automatic. */
  public ReconstructionRequest with(Training resolved, Numerics chosen) {
    return with(model, datasets, resolved, evaluation, chosen);
  }

  private ReconstructionRequest with(
      String folder, List<Dataset> sets, Training resolved, Evaluation judged, Numerics chosen) {
    return new ReconstructionRequest(
        version,
        recipe,
        name,
        tags,
        description,
        folder,
        sets,
        experts,
        calibration,
        resolved,
        judged,
        chosen,
        checkpoint,
        export);
  }

  /**
   * What of a data set or task the model has met besides being judged on it: scores on what it was
   * calibrated or trained on flatter it, even where the documents themselves were kept apart.
   *
   * @param name of a data set or task; a task is taken for the data set of its name
   * @return {@code calibrated}, {@code trained}, both or nothing
   */
  public String exposure(String name) {
    return datasets.stream()
        .filter(set -> set.name().equals(name))
        .flatMap(set -> set.use().stream())
        .filter(use -> use != Use.EVALUATE)
        .map(use -> use == Use.CALIBRATE ? "calibrated" : "trained")
        .collect(Collectors.joining(", "));
  }
}
