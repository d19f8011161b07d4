package dev.shoal.workflows.stages;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.shoal.workflows.ArtifactRef;
import dev.shoal.workflows.request.ReconstructionRequest;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.List;

/** Looks at everything the request names before any work is done. */
@ActivityInterface
public interface InspectionActivities {

  /**
   * Resolves the request and opens the run.
   *
   * <p>Idempotent: the same execution always gets the same run. Heartbeats while it reads files.
   * Fails as {@code InvalidInput} with every mistake at once, or as {@code ModelUnsupported} or
   * {@code ArtifactCorrupt}.
   */
  @ActivityMethod(name = "inspect")
  Inspection inspect(Task task);

  /**
   * What to inspect.
   *
   * @param requestJson the request as the user wrote it
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Task(String requestJson) {}

  /**
   * What was found.
   *
   * @param run the opened run
   * @param request every default and automatic value filled in
   * @param model the dense checkpoint
   * @param corpora the data sets in the order of the request
   * @param tasks the evaluation tasks in the order of the request; null in older histories
   * @param deviceQueue where stages of this run find a device with enough memory
   * @param plan what it will cost, as Markdown
   * @param origin the checkpoint that the run is forked from; null for a run from the beginning
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Inspection(
      RunRef run,
      ReconstructionRequest request,
      ArtifactRef model,
      List<Corpus> corpora,
      List<TaskFiles> tasks,
      String deviceQueue,
      String plan,
      ForkActivities.Origin origin) {}
}
