package dev.shoal.activities.inspect;

import dev.shoal.models.checkpoint.FolderManifest;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.workflows.request.ReconstructionRequest;
import java.nio.file.Path;
import java.util.List;

/**
 * A request without mistakes, and what it names.
 *
 * @param request every default and automatic value filled in, paths absolute
 * @param modelFolder the dense checkpoint
 * @param modelManifest its files; their digest is the model's
 * @param config its shape
 * @param corpora in the order of the data sets
 * @param tasks in the order of the request's evaluation tasks
 * @param plan what the run will cost
 */
public record Inspected(
    ReconstructionRequest request,
    Path modelFolder,
    FolderManifest modelManifest,
    LlamaConfig config,
    List<Pair> corpora,
    List<InspectedTask> tasks,
    RunPlan plan) {

  /**
   * The texts of one data set.
   *
   * @param text for everything, or for all but evaluation
   * @param evalText for evaluation; null where it is split off
   */
  public record Pair(InspectedCorpus text, InspectedCorpus evalText) {

    long characters() {
      return text.scan().characters();
    }
  }
}
